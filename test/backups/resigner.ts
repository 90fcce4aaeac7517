import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { renderQuery, signS3 } from "../../cli/objects/sign.ts";
import type { Storage } from "./storage.ts";

/** Stands before object storage, and signs each request anew, as of now: whoever asks may live in another time. */
export class Resigner {
  private readonly server: Server;
  private readonly storage: Storage;
  private readonly ca: Buffer;

  constructor(storage: Storage) {
    this.storage = storage;
    const { ca = "" } = storage.objects ?? {};
    this.ca = readFileSync(ca);
    const key = readFileSync(join(dirname(ca), "key.pem"));
    this.server = createServer({ cert: this.ca, key }, (from, to) => {
      this.pass(from, to).catch(() => to.destroy());
    });
  }

  /** @returns the port that it answers at */
  async start(): Promise<number> {
    this.server.listen(0, this.storage.objects?.endpoint);
    await once(this.server, "listening");
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async pass(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const { objects, login } = this.storage;
    if (objects === undefined) throw new Error("the storage is not there");
    const pieces: Buffer[] = [];
    for await (const piece of from) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const [path = "", search = ""] = (from.url ?? "").split("?");
    const query = Object.fromEntries(new URLSearchParams(search));
    const { endpoint, port, region } = objects;
    const { method = "GET" } = from;
    const what = { method, host: `${endpoint}:${port}`, path, query, body };
    const headers = { ...from.headers, ...signS3(what, login, region, new Date()) };
    const where = { host: endpoint, port, path: `${path}?${renderQuery(query)}`, ca: this.ca };
    const outgoing = request({ ...where, method, headers, agent: false });
    outgoing.on("error", () => to.destroy());
    outgoing.on("response", (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(to);
    });
    outgoing.end(body);
  }
}
