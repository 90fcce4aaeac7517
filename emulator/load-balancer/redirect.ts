import { createServer, type Server } from "node:http";
import type { Traffic } from "./traffic.ts";

/** The port at which an https service sends plain HTTP on to itself. */
export const REDIRECT_PORT = 80;

/** A server that sends every client to the same address by https at this port. */
export function createRedirect(port: number, traffic: Traffic): Server {
  const server = createServer((request, response) => {
    traffic.request();
    const host = (request.headers.host ?? request.socket.localAddress ?? "").replace(/:\d+$/, "");
    const authority = port === 443 ? host : `${host}:${port}`;
    response.writeHead(301, { Location: `https://${authority}${request.url ?? "/"}` }).end();
  });
  server.on("connection", (socket) => traffic.follow(socket));
  return server;
}
