import { type FieldProblem, invalidInput } from "../../errors.ts";
import type { Counts } from "../../load-balancer/traffic.ts";

type Series = (before: Counts, after: Counts, seconds: number) => number;

/** What each type of metric consists of. */
const TYPES: Record<string, Record<string, Series>> = {
  open_connections: { open_connections: (_, after) => after.open },
  connections_per_second: {
    connections_per_second: (a, b, s) => (b.connections - a.connections) / s,
  },
  requests_per_second: { requests_per_second: (a, b, s) => (b.requests - a.requests) / s },
  bandwidth: {
    "bandwidth.in": (a, b, s) => (b.received - a.received) / s,
    "bandwidth.out": (a, b, s) => (b.sent - a.sent) / s,
  },
};
const written = (time: number) => new Date(time).toISOString().replace(/\.\d+Z$/, "+00:00");
const MOST_VALUES = 500;

/** Answers a question for metrics from the samples that were kept; times without any have no value. */
export function metrics(samples: Counts[], querystring: string) {
  const query = new URLSearchParams(querystring);
  const problems: FieldProblem[] = [];
  const refuse = (name: string, message: string) => problems.push({ name, messages: [message] });
  const time = (name: string) => {
    const at = Date.parse(query.get(name) ?? "");
    if (Number.isNaN(at)) refuse(name, "is not a time of RFC 3339");
    return at;
  };
  const start = time("start");
  const end = time("end");
  if (end <= start) refuse("end", "is not after start");
  const types = query.getAll("type").flatMap((text) => text.split(","));
  if (types.length === 0 || types.some((type) => !Object.hasOwn(TYPES, type))) {
    refuse("type", `must be among ${Object.keys(TYPES).join(", ")}`);
  }
  const step = query.has("step")
    ? Number(query.get("step"))
    : Math.max(1, Math.ceil((end - start) / 1000 / MOST_VALUES));
  if (!Number.isInteger(step) || step < 1) refuse("step", "is not a number of seconds");
  else if ((end - start) / 1000 / step > MOST_VALUES) {
    refuse("step", `asks for more than ${MOST_VALUES} values`);
  }
  if (problems.length > 0) throw invalidInput("invalid query parameters", problems);

  const series = Object.assign({}, ...types.map((type) => TYPES[type])) as Record<string, Series>;
  const points = pointsOf(samples, start, end, step * 1000);
  return {
    start: written(start),
    end: written(end),
    step,
    time_series: Object.fromEntries(
      Object.entries(series).map(([name, value]) => [
        name,
        { values: points.map((p) => [p.time / 1000, String(value(p.before, p.after, p.seconds))]) },
      ]),
    ),
  };
}

/** The samples around each step of the period. */
function pointsOf(samples: Counts[], start: number, end: number, step: number) {
  const points: { time: number; before: Counts; after: Counts; seconds: number }[] = [];
  for (let time = start; time <= end; time += step) {
    const before = samples.findLast((sample) => sample.time <= time - step) ?? samples[0];
    const after = samples.findLast((sample) => sample.time <= time);
    if (before === undefined || after === undefined || after.time <= before.time) continue;
    points.push({ time, before, after, seconds: (after.time - before.time) / 1000 });
  }
  return points;
}
