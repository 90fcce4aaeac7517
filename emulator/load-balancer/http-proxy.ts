import {
  createServer,
  type IncomingMessage,
  request as requestHttp,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";
import type { Backend } from "./backends.ts";
import type { Frontend } from "./frontend.ts";
import { proxyLine } from "./proxy-protocol.ts";
import { cookieFor, preferredBackend } from "./sticky.ts";
import { reach } from "./tcp-proxy.ts";
import { tlsOptions } from "./tls.ts";

/** Headers that concern one connection only. */
const HOP_BY_HOP = new Set(
  "connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer upgrade".split(
    " ",
  ),
);

/** A server that hands each request to a backend; for https it ends TLS before. */
export function createHttpProxy(frontend: Frontend): Server | HttpsServer {
  const idle = (frontend.service.http?.timeout_idle ?? 50) * 1000;
  const keep = { keepAliveTimeout: idle };
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    frontend.traffic.request();
    void forward(frontend, request, response).catch(() => answer(response, 502));
  };
  const server =
    frontend.service.protocol === "https"
      ? createHttpsServer({ ...keep, ...tlsOptions(frontend.pairs) }, handle)
      : createServer(keep, handle);
  server.maxConnections = frontend.mostConnections;
  server.timeout = idle;
  server.on("connection", (socket) => frontend.traffic.follow(socket));
  server.on("upgrade", (request, client: Socket, head: Buffer) => {
    frontend.traffic.request();
    void tunnel(frontend, request, client, head).catch(() => client.destroy());
  });
  return server;
}

function answer(response: ServerResponse, status: 502 | 503 | 504): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { "Content-Type": "text/plain" }).end(`${status}\n`);
}

/** Connects with the backend for a request: that of its cookie, or the one whose turn it is. */
async function backendFor(frontend: Frontend, request: IncomingMessage) {
  const found = await reach(frontend, preferredBackend(frontend, request.headers.cookie));
  if (found !== null && frontend.service.proxyprotocol) {
    found.socket.write(proxyLine(request.socket));
  }
  return found;
}

async function forward(frontend: Frontend, request: IncomingMessage, response: ServerResponse) {
  const found = await backendFor(frontend, request);
  if (found === null) return answer(response, 503);
  const { socket, backend } = found;
  const end = frontend.begin(backend);
  const onward = requestHttp({
    createConnection: () => socket,
    method: request.method,
    path: request.url,
    headers: forwardedHeaders(frontend, request),
    setHost: false,
    timeout: (frontend.service.http?.timeout_idle ?? 50) * 1000,
  });
  onward.on("timeout", () => {
    answer(response, 504);
    onward.destroy();
  });
  onward.on("error", () => answer(response, 502));
  onward.on("close", end);
  onward.on("response", (incoming) => {
    const headers = endToEnd(incoming.rawHeaders, ["transfer-encoding"]);
    headers.push(...stickyHeader(frontend, request, backend));
    response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, headers);
    incoming.pipe(response);
    incoming.on("error", () => response.destroy());
  });
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}

function stickyHeader(frontend: Frontend, request: IncomingMessage, backend: Backend): string[] {
  const cookie = cookieFor(frontend, request.headers.cookie, backend);
  return cookie === null ? [] : ["Set-Cookie", cookie];
}

/** A list of names and values, without what concerns one connection only. */
function endToEnd(raw: string[], without: string[] = []): string[] {
  const kept: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const [name = "", value = ""] = raw.slice(at, at + 2);
    const lower = name.toLowerCase();
    if (!HOP_BY_HOP.has(lower) && !without.includes(lower)) kept.push(name, value);
  }
  return kept;
}

function forwardedHeaders({ service }: Frontend, request: IncomingMessage): string[] {
  const client = request.socket.remoteAddress ?? "";
  const before = request.headers["x-forwarded-for"];
  const replaced = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-port"];
  return [
    ...endToEnd(request.rawHeaders, replaced),
    ...["X-Forwarded-For", before === undefined ? client : `${before}, ${client}`],
    ...["X-Forwarded-Proto", service.protocol],
    ...["X-Forwarded-Port", String(service.listen_port)],
    ...["Connection", "close"],
  ];
}

/** Hands a connection that changes its protocol, such as a WebSocket, to a backend as it is. */
async function tunnel(frontend: Frontend, request: IncomingMessage, client: Socket, head: Buffer) {
  client.on("error", () => client.destroy());
  const found = await backendFor(frontend, request);
  if (found === null) {
    client.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n");
    return;
  }
  const { socket, backend } = found;
  const end = frontend.begin(backend);
  client.setTimeout(0);
  const headers = [
    ...forwardedHeaders(frontend, request).slice(0, -2),
    ...["Connection", "Upgrade", "Upgrade", request.headers.upgrade ?? ""],
  ];
  const lines = headers.flatMap((name, at) =>
    at % 2 === 0 ? [`${name}: ${headers[at + 1]}`] : [],
  );
  socket.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  if (head.length > 0) socket.write(head);
  socket.on("error", () => client.destroy());
  socket.on("close", () => {
    end();
    client.destroySoon();
  });
  client.on("close", () => socket.destroy());
  socket.pipe(client);
  client.pipe(socket);
}
