import { connect, createServer, type Server, type Socket } from "node:net";
import type { Backend } from "./backends.ts";
import type { Frontend } from "./frontend.ts";
import { proxyLine } from "./proxy-protocol.ts";

const CONNECT_MS = 5000;

/** A server that hands each connection to a backend, byte by byte. */
export function createTcpProxy(frontend: Frontend): Server {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    frontend.traffic.follow(client);
    client.on("error", () => client.destroy());
    void serve(frontend, client).catch(() => client.destroy());
  });
  server.maxConnections = frontend.mostConnections;
  return server;
}

async function serve(frontend: Frontend, client: Socket): Promise<void> {
  const found = await reach(frontend);
  if (found === null || client.destroyed) {
    found?.socket.destroy();
    client.destroy();
    return;
  }
  const { socket, backend } = found;
  const end = frontend.begin(backend);
  socket.on("error", () => client.destroy());
  socket.on("close", () => {
    end();
    client.destroySoon();
  });
  client.on("close", () => {
    end();
    socket.destroySoon();
  });
  if (frontend.service.proxyprotocol) socket.write(proxyLine(client));
  client.pipe(socket);
  socket.pipe(client);
}

/** Connects with a backend: the one whose turn it is, or another when that one does not answer. */
export async function reach(
  { service, candidates, choose }: Frontend,
  preferred: Backend | null = null,
): Promise<{ socket: Socket; backend: Backend } | null> {
  const left = new Set(candidates());
  let wanted = [...left].find((backend) => backend.key === preferred?.key);
  while (left.size > 0) {
    const backend = wanted ?? choose([...left]);
    wanted = undefined;
    if (backend === null) return null;
    left.delete(backend);
    const address = await backend.address().catch(() => null);
    const socket = address === null ? null : await open(address, service.destination_port);
    if (socket !== null) return { socket, backend };
  }
  return null;
}

function open(host: string, port: number): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    const give = (up: Socket | null) => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      if (up === null) {
        socket.on("error", () => {});
        socket.destroy();
      }
      resolve(up);
    };
    const timer = setTimeout(() => give(null), CONNECT_MS);
    socket.once("connect", () => give(socket));
    socket.once("error", () => give(null));
  });
}
