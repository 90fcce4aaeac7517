import { once } from "node:events";
import { readFileSync } from "node:fs";
import {
  createServer as createPlainServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { Agent, createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** What object storage may do on demand, by the words of scripts/cloud.sh storage-fault. */
export const FAULTS = {
  refuse: "refuses",
  hang: "hangs",
  slow: "is slow",
  full: "is full",
  cut: "breaks off",
  clock: "has the wrong clock",
} as const;
export type Fault = keyof typeof FAULTS;
export const faults = Object.keys(FAULTS) as Fault[];

/** Milliseconds that slow storage waits before it does what it is asked. */
const SLOW = 5000;

/** Status, code and message. */
const answerOf: Partial<Record<Fault, [number, string, string]>> = {
  full: [403, "QuotaExceeded", "The bucket takes no more"],
  clock: [403, "RequestTimeTooSkewed", "The times differ by too much"],
};

/** Stands before object storage, with its certificate and without TLS too, and is faulty on demand. */
export class FaultyObjects {
  fault: Fault | undefined;
  /** How many requests met each fault. */
  readonly met = new Map<Fault, number>();
  private readonly servers;
  private readonly agent: Agent;
  private readonly where: { host: string; port: number };

  /** @param tls the directory with its key.pem and ca.pem */
  constructor(host: string, port: number, tls: string) {
    const cert = readFileSync(join(tls, "ca.pem"));
    this.where = { host, port };
    this.agent = new Agent({ keepAlive: true, ca: cert });
    const key = readFileSync(join(tls, "key.pem"));
    const take = (from: IncomingMessage, to: ServerResponse) => this.answer(from, to);
    this.servers = [createServer({ cert, key }, take), createPlainServer(take)] as const;
    for (const server of this.servers) {
      server.on("connection", (socket) => {
        socket.on("error", () => {});
        if (this.fault !== "refuse") return;
        this.count("refuse");
        socket.destroy();
      });
    }
  }

  /** @returns the ports that it answers at, by TLS and without: the wanted ones, or any */
  async start(...wanted: number[]): Promise<[tls: number, plain: number]> {
    const { servers, where } = this;
    for (const [index, server] of servers.entries()) {
      server.listen(wanted[index] ?? 0, where.host);
      await once(server, "listening");
    }
    const [tls, plain] = servers.map((server) => (server.address() as AddressInfo).port);
    return [tls ?? 0, plain ?? 0];
  }

  /** From here on; connections that are kept are broken off with it. */
  set(fault: Fault | undefined): void {
    this.fault = fault;
    for (const server of this.servers) server.closeAllConnections();
  }

  stop(): void {
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
    this.agent.destroy();
  }

  private count(fault: Fault): void {
    this.met.set(fault, (this.met.get(fault) ?? 0) + 1);
  }

  private answer(from: IncomingMessage, to: ServerResponse): void {
    const { fault } = this;
    const reads = from.method === "GET" || from.method === "HEAD";
    if (fault === undefined || (fault === "full" && reads)) {
      this.pass(from, to, false);
      return;
    }
    this.count(fault);
    const refusal = answerOf[fault];
    if (refusal !== undefined) {
      from.resume();
      refuse(to, refusal);
    } else if (fault === "hang") from.resume();
    else if (fault === "slow") setTimeout(() => this.pass(from, to, false), SLOW);
    else if (reads) this.pass(from, to, true);
    else from.on("data", () => from.socket.destroy()).on("end", () => from.socket.destroy());
  }

  /** Asks the storage itself; half of its answer, or all. */
  private pass(from: IncomingMessage, to: ServerResponse, half: boolean): void {
    const { method = "GET", url = "/", headers } = from;
    const outgoing = request({ ...this.where, method, path: url, headers, agent: this.agent });
    outgoing.on("error", () => to.destroy());
    outgoing.on("response", (answer) => {
      to.writeHead(answer.statusCode ?? 502, answer.headers);
      if (half) {
        to.flushHeaders();
        answer.once("data", (piece: Buffer) => {
          to.write(piece.subarray(0, piece.length / 2), () => to.destroy());
        });
        answer.once("end", () => to.destroy());
        return;
      }
      answer.pipe(to);
    });
    from.pipe(outgoing);
  }
}

function refuse(to: ServerResponse, [status, code, message]: [number, string, string]): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  to.writeHead(status, { "content-type": "application/xml", "content-length": body.length });
  to.end(body);
}
