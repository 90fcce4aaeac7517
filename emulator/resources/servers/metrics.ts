import { z } from "zod";
import type { Cloud } from "../../cloud.ts";
import { invalidField, parse } from "../../errors.ts";
import type { ApiRouter, Context } from "../../http/router.ts";
import type { Usage } from "../../machines/machine.ts";
import type { Server } from "../../store/records.ts";

const TYPES = ["cpu", "disk", "network"] as const;
type Type = (typeof TYPES)[number];
const moment = z.iso.datetime({ offset: true, message: "is not a time in RFC 3339" });
const schema = z
  .object({
    type: z.array(z.enum(TYPES)).min(1, "is required"),
    start: moment,
    end: moment,
    step: z.coerce.number().int().min(1).optional(),
  })
  .refine((query) => Date.parse(query.start) <= Date.parse(query.end), {
    path: ["end"],
    message: "must not be before start",
  });
const SAMPLES = 200; // the step that no one has asked for gives at most so many
const MOST_SAMPLES = 500;

/** Rates per second, and for the processors percent of one. */
function series(type: Type, { seconds, cpuSeconds, disk, network }: Usage): Record<string, number> {
  if (type === "cpu") return { cpu: (100 * cpuSeconds) / seconds };
  if (type === "disk") {
    return {
      "disk.0.iops.read": disk.reads / seconds,
      "disk.0.iops.write": disk.writes / seconds,
      "disk.0.bandwidth.read": disk.readBytes / seconds,
      "disk.0.bandwidth.write": disk.writtenBytes / seconds,
    };
  }
  return {
    "network.0.pps.in": network.inPackets / seconds,
    "network.0.pps.out": network.outPackets / seconds,
    "network.0.bandwidth.in": network.inBytes / seconds,
    "network.0.bandwidth.out": network.outBytes / seconds,
  };
}

const NOTHING: Usage = {
  seconds: 1,
  cpuSeconds: 0,
  disk: { readBytes: 0, writtenBytes: 0, reads: 0, writes: 0 },
  network: { inBytes: 0, outBytes: 0, inPackets: 0, outPackets: 0 },
};

/**
 * The series have a sample for each step until now: the averages since the server was switched on,
 * and 0 before that. Every second one stands a little higher: there are clients that draw them, and
 * end in a panic over a straight line.
 */
export function metrics(router: ApiRouter, cloud: Cloud, find: (context: Context) => Server): void {
  router.get("/servers/:id/metrics", async (context) => {
    const server = find(context);
    const query = new URLSearchParams(context.querystring);
    const wish = parse(schema, {
      type: query.getAll("type").flatMap((types) => types.split(",")),
      start: query.get("start") ?? undefined,
      end: query.get("end") ?? undefined,
      step: query.get("step") ?? undefined,
    });
    const [start, end, now] = [Date.parse(wish.start), Date.parse(wish.end), Date.now()];
    const usage = await cloud.machines.usage(server.id);
    const step = wish.step ?? Math.max(1, Math.ceil((end - start) / 1000 / SAMPLES));
    if ((end - start) / 1000 / step > MOST_SAMPLES) {
      throw invalidField("step", `asks for more than ${MOST_SAMPLES} values`);
    }
    const on = now - (usage?.seconds ?? 0) * 1000;
    const values = (value: number) => {
      const samples: [number, string][] = [];
      for (let at = start; at <= Math.min(end, now); at += step * 1000) {
        const base = at < on ? 0 : value;
        const up = samples.length % 2 === 0 ? 0 : Math.max(base, 1) / 1000;
        samples.push([at / 1000, String(base + up)]);
      }
      return samples;
    };
    const named = wish.type.flatMap((type) =>
      Object.entries(series(type, usage?.seconds ? usage : NOTHING)),
    );
    context.body = {
      metrics: {
        start: wish.start,
        end: wish.end,
        step,
        time_series: Object.fromEntries(
          named.map(([name, value]) => [name, { values: values(value) }]),
        ),
      },
    };
  });
}
