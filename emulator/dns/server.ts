import { createSocket, type Socket as Datagrams } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** Makes the answer to a message, or null for none. */
type Responder = (message: Buffer, transport: "udp" | "tcp") => Buffer | null;

const IDLE_MS = 10_000;
const TRIES = 20;

export interface DnsServer {
  port: number;
  close: () => Promise<void>;
}

/**
 * Answers at one port by UDP and by TCP. Without a wish, or when another program has the port, it
 * takes one that is free.
 */
export async function startDnsServer(
  respond: Responder,
  address: string,
  wish: number | null,
): Promise<DnsServer> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const sockets = new Set<Socket>();
    const tcp = createServer((socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      converse(socket, respond);
    });
    const udp = createSocket(address.includes(":") ? "udp6" : "udp4");
    try {
      const port = await listen(tcp, address, attempt === 0 ? (wish ?? 0) : 0);
      await bind(udp, address, port);
      udp.on("message", (message, { address: to, port: back }) => {
        const answer = respond(message, "udp");
        if (answer !== null) udp.send(answer, back, to, () => {}); // who asked may be gone
      });
      return { port, close: () => close(tcp, udp, sockets) };
    } catch (cause) {
      await close(tcp, udp, sockets);
      if ((cause as NodeJS.ErrnoException).code !== "EADDRINUSE") throw cause;
    }
  }
  throw new Error(`no port of ${address} is free for both UDP and TCP`);
}

async function listen(tcp: Server, address: string, port: number): Promise<number> {
  tcp.listen(port, address);
  await once(tcp, "listening");
  return (tcp.address() as AddressInfo).port;
}

async function bind(udp: Datagrams, address: string, port: number): Promise<void> {
  udp.bind(port, address);
  await once(udp, "listening");
  udp.on("error", () => {}); // an answer that could not be sent is asked for again
}

async function close(tcp: Server, udp: Datagrams, sockets: Set<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => tcp.close(() => resolve()));
  await new Promise<void>((resolve) => udp.close(resolve));
}

/** Messages over TCP come with their length in two bytes (RFC 1035, section 4.2.2). */
function converse(socket: Socket, respond: Responder): void {
  let waiting = Buffer.alloc(0);
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
      const length = waiting.readUInt16BE(0);
      const answer = respond(waiting.subarray(2, 2 + length), "tcp");
      waiting = waiting.subarray(2 + length);
      if (answer === null) return void socket.destroy();
      const size = Buffer.alloc(2);
      size.writeUInt16BE(answer.length);
      socket.write(Buffer.concat([size, answer]));
    }
  });
}
