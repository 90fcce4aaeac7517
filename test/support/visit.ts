import { type IncomingHttpHeaders, request } from "node:http";

/** An answer, and how long it took. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  seconds: number;
}

/**
 * Asks a VM for a host's path with more headers, or posts a form there, in JSON.
 *
 * @param patience seconds of silence after which nothing is waited for any more
 */
export function visit(
  address: string,
  host: string,
  path: string,
  more: Record<string, string> = {},
  form?: Record<string, string>,
  patience = 60,
): Promise<Answer> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...{ host: address, path, timeout: patience * 1000, agent: false },
        method: form === undefined ? "GET" : "POST",
        headers: { host, "content-type": "application/json", ...more },
      },
      (incoming) => {
        let body = "";
        incoming.setEncoding("utf8").on("data", (piece: string) => {
          body += piece;
        });
        incoming.on("end", () => {
          const { statusCode: status = 0, headers } = incoming;
          resolve({ status, headers, body, seconds: (performance.now() - started) / 1000 });
        });
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer in ${patience} s`)));
    outgoing.on("error", reject).end(form && JSON.stringify(form));
  });
}
