import type { IncomingHttpHeaders } from "node:http";
import { request as plain } from "node:http";
import { request as secure } from "node:https";
import { connect, type SecureVersion, type TLSSocket } from "node:tls";

/** An answer by HTTP or HTTPS. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** What to ask 127.0.0.1. */
export interface Question {
  port: number;
  host: string;
  path?: string;
  ca?: string;
  servername?: string;
  from?: string;
  headers?: Record<string, string>;
}

/** Asks 127.0.0.1 for a host; with `ca` by HTTPS, verified by it. */
export function ask(options: Question): Promise<Answer> {
  const { port, host, path = "/", ca, servername = host, from, headers } = options;
  const send = ca === undefined ? plain : secure;
  return new Promise((resolve, reject) => {
    const shared = { host: "127.0.0.1", port, path, agent: false as const };
    send(
      {
        ...shared,
        headers: { ...headers, host },
        ca,
        servername,
        localAddress: from,
        timeout: 60_000,
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (text: string) => {
          body += text;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        );
      },
    )
      .on("timeout", function (this: { destroy(error: Error): void }) {
        this.destroy(new Error("no answer in a minute"));
      })
      .on("error", reject)
      .end();
  });
}

/** What a handshake came to: the protocol and cipher, or the alert, and whether a certificate was seen. */
export interface Handshake {
  protocol: string;
  alert: string;
  certificate: boolean;
}

/** Shakes hands as a client that can only do what it is told to, and trusts anybody. */
export function shake(options: {
  port: number;
  servername?: string;
  version?: SecureVersion;
  ciphers?: string;
}): Promise<Handshake> {
  const { port, servername, version, ciphers = "ALL:@SECLEVEL=0" } = options;
  return new Promise((resolve) => {
    const end = (alert: string) => {
      const certificate = Object.keys(socket.getPeerCertificate() ?? {}).length > 0;
      const protocol = alert === "" ? (socket.getProtocol() ?? "") : "";
      socket.destroy();
      resolve({ protocol, alert, certificate });
    };
    const socket: TLSSocket = connect({
      host: "127.0.0.1",
      port,
      ciphers,
      rejectUnauthorized: false,
      ...(servername === undefined ? {} : { servername }),
      ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    });
    socket.setTimeout(60_000, () => end("no answer"));
    socket.on("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    socket.on("secureConnect", () => end(""));
  });
}
