// biome-ignore-all lint/suspicious/noExplicitAny: answers are changed field by field
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Plant {
  /** Which calls, as METHOD and path. */
  on: RegExp;
  /** Changes an answer. */
  change: (answer: { status: number; body: any }) => void;
}

/** Another API in front of an emulator: it passes all on, but answers some calls in its own way. */
export async function startDeviant(endpoint: string, plants: Plant[]) {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const path = request.url ?? "";
    const asked = await fetch(endpoint + path, {
      method: request.method ?? "GET",
      headers: { Authorization: request.headers.authorization ?? "" },
      ...(parts.length > 0 ? { body: Buffer.concat(parts) } : {}),
    });
    const text = await asked.text();
    const answer = { status: asked.status, body: text === "" ? null : JSON.parse(text) };
    for (const { on, change } of plants) {
      if (on.test(`${request.method} ${path}`)) change(answer);
    }
    response.writeHead(answer.status).end(answer.body === null ? "" : JSON.stringify(answer.body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}
