import { Agent, request } from "node:http";
import type { Answer, Job } from "./kinds.ts";
import type { Plan } from "./plan.ts";

/** Kept connections, a bounded number of them, as a browser or a client library has. */
export const createAgent = (): Agent => new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends a request once, never again; without `agent` on a connection of its own. */
export function send(plan: Plan, job: Job, agent?: Agent): Promise<Answer> {
  const payload = job.json === undefined ? undefined : JSON.stringify(job.json);
  const headers: Record<string, string | number> = { host: plan.host };
  if (payload !== undefined) {
    headers["content-type"] = "application/json";
    headers["content-length"] = Buffer.byteLength(payload);
  }
  return new Promise((resolve, reject) => {
    const { address: host, port, patience } = plan;
    const { method, path } = job;
    const outgoing = request({ host, port, method, path, headers, agent: agent ?? false });
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`no answer within ${patience / 1000} s`)),
      patience,
    );
    const end = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    outgoing.on("error", end);
    outgoing.on("response", (incoming) => {
      let body = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (text: string) => {
        body += text;
      });
      incoming.on("error", end);
      incoming.on("end", () => {
        clearTimeout(timer);
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body });
      });
    });
    outgoing.end(payload);
  });
}
