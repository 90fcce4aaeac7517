import { request as httpRequest } from "node:http";
import { status } from "./rehearsal.ts";

export interface Answer {
  status: number;
  release: string | undefined;
  body: string;
}

let address: string | undefined;

/** Asks an environment through the VM's public address, as a visitor's browser would. */
export async function request(
  environment: "stage" | "prod",
  path: string,
  options: { method?: string; json?: unknown; host?: string } = {},
): Promise<Answer> {
  address ??= (await status("stage")).address;
  const host =
    options.host ?? (environment === "prod" ? "onebox.localhost" : "stage.onebox.localhost");
  const payload = options.json === undefined ? undefined : JSON.stringify(options.json);
  const headers: Record<string, string> = { host };
  if (payload !== undefined) headers["content-type"] = "application/json";
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { host: address, port: 80, path, method: options.method ?? "GET", headers, timeout: 60_000 },
      (incoming) => {
        let body = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (text: string) => {
          body += text;
        });
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            release: incoming.headers["x-onebox-release"]?.toString(),
            body,
          }),
        );
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer in a minute")));
    outgoing.on("error", reject);
    outgoing.end(payload);
  });
}
