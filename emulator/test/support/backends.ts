import { once } from "node:events";
import {
  createServer as createHttp,
  type Server as HttpServer,
  type RequestListener,
} from "node:http";
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from "node:net";

/** Servers behind a load balancer: one port, an address each. */
export class Backends {
  port = 0;
  readonly #servers = new Map<string, { server: Server; sockets: Set<Socket> }>();

  /** Starts an HTTP server at an address. */
  http(address: string, answer: RequestListener): Promise<HttpServer> {
    return this.#start(address, createHttp(answer));
  }

  /** Starts a TCP server at an address. */
  tcp(address: string, serve: (socket: Socket) => void): Promise<Server> {
    return this.#start(address, createTcp(serve));
  }

  /** Stops the server at an address, and breaks its connections. */
  async stop(address: string): Promise<void> {
    const found = this.#servers.get(address);
    if (found === undefined) return;
    this.#servers.delete(address);
    const closed = once(found.server, "close");
    found.server.close();
    for (const socket of found.sockets) socket.destroy();
    await closed;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.keys()].map((address) => this.stop(address)));
  }

  async #start<T extends Server>(address: string, server: T): Promise<T> {
    const sockets = new Set<Socket>();
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => {}); // a health check looks and leaves
      socket.once("close", () => sockets.delete(socket));
    });
    server.listen(this.port, address);
    await once(server, "listening");
    this.port = (server.address() as AddressInfo).port;
    this.#servers.set(address, { server, sockets });
    return server;
  }
}
