import { Agent, request } from "node:http";

export interface Reply {
  status: number;
  type: string;
  text: string;
}

const PATIENCE_MS = 60_000;

/** Sends requests as they are, also such that no proper client would; fails if none answers. */
export function createSender(endpoint: string, token: string) {
  const agent = new Agent({ keepAlive: true });
  const send = (
    method: string,
    path: string,
    body?: Buffer | string,
    more: Record<string, string> = {},
  ): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const headers = {
        Authorization: `Bearer ${token}`,
        ...more,
        ...(body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) }),
      };
      const options = { agent, method, headers, timeout: PATIENCE_MS };
      const asked = request(endpoint + path, options, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => {
          const text = Buffer.concat(parts).toString();
          const type = answer.headers["content-type"] ?? "";
          resolve({ status: answer.statusCode ?? 0, type, text });
        });
      });
      asked.on("timeout", () => asked.destroy(new Error("no answer")));
      asked.on("error", reject);
      asked.end(body);
    });
  return { send, close: () => agent.destroy() };
}

export type Sender = ReturnType<typeof createSender>;
