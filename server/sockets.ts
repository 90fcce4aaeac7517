import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { type WebSocket, WebSocketServer } from "ws";
import { requestId } from "./log.ts";
import type { Lifecycle } from "./shutdown.ts";
import type { Streams } from "./streams.ts";

const goingAway = 1001; // RFC 6455: the server is going down; the client may connect again

interface Options {
  lifecycle: Lifecycle;
  streams: Streams;
  log: Logger;
}

/** Only for these an upgrade is considered; what else a client offers is an ordinary request. */
export const wantsSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === "websocket";

/** The newest links at GET /live as a WebSocket: all of them at first and whenever they change. */
export function acceptSockets(server: Server, { lifecycle, streams, log }: Options): void {
  // Nothing is expected of a client, so its messages may be small and go unread.
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: 1024 });

  const refusal = (request: IncomingMessage, path: string): number | undefined => {
    if (path !== "/live") return 404;
    if (!fromHere(request)) return 403;
    if (lifecycle.draining || streams.full) return 503;
    return undefined;
  };

  server.on("upgrade", (request: IncomingMessage, connection: Duplex, head: Buffer) => {
    const start = performance.now();
    const path = request.url?.split("?")[0] ?? "";
    const entry = { requestId: requestId(request.headers["x-request-id"]), method: "GET", path };
    const done = (outcome: { status: number; code?: number }) =>
      log.info({ ...entry, ...outcome, ms: Math.round(performance.now() - start) }, "request");

    connection.on("error", () => {}); // "close" follows
    const status = refusal(request, path);
    if (status) {
      refuse(connection, status);
      return done({ status });
    }
    sockets.handleUpgrade(request, connection, head, (socket) => {
      const leave = join(socket, streams);
      socket.on("close", (code) => {
        leave();
        done({ status: 101, code });
      });
    });
  });
}

function join(socket: WebSocket, streams: Streams): () => void {
  let answered = true;
  socket.on("pong", () => {
    answered = true;
  });
  socket.on("error", () => {}); // "close" follows
  return streams.join({
    write: (message, written) => socket.send(message, () => written()),
    ping: () => {
      if (!answered) return socket.terminate();
      answered = false;
      socket.ping();
    },
    end: () => socket.close(goingAway, "stopping, connect again"),
    cut: () => socket.terminate(),
  });
}

/** Browsers let any site open a WebSocket, and say which one it was. */
function fromHere({ headers }: IncomingMessage): boolean {
  if (!headers.origin) return true; // not a browser
  return URL.parse(headers.origin)?.host === headers.host;
}

function refuse(connection: Duplex, status: number): void {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, "Connection: close"];
  if (status === 503) lines.push("Retry-After: 1");
  connection.end(`${[...lines, "Content-Length: 0"].join("\r\n")}\r\n\r\n`);
}
