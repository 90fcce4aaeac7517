import { once } from "node:events";
import { Server as HttpServer } from "node:http";
import { Server as HttpsServer } from "node:https";
import type { Server, Socket } from "node:net";

/** An open port, and what serves it. */
export class Listener {
  readonly #server: Server;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();

  constructor(server: Server, port: number) {
    this.#port = port;
    this.#server = server;
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  /** Opens the port; throws with a message that says which one cannot be opened, and why. */
  async listen(address: string): Promise<void> {
    if (this.#server.listening) return; // another port of the same service could not be opened
    this.#server.listen(this.#port, address);
    try {
      await once(this.#server, "listening");
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      const why = REASONS[code ?? ""] ?? message;
      throw new Error(`port ${this.#port} of ${address} cannot be opened: ${why}`, { cause });
    }
    this.#server.on("error", () => {}); // a connection that broke before it was taken
  }

  /** Closes the port. Connections go on unless they are broken off. */
  async close({ breakOff }: { breakOff: boolean }): Promise<void> {
    this.#server.close();
    if (this.#server instanceof HttpServer || this.#server instanceof HttpsServer) {
      this.#server.closeIdleConnections();
    }
    if (breakOff) for (const socket of this.#sockets) socket.destroy();
  }
}

const REASONS: Record<string, string> = {
  EADDRINUSE: "another program has it",
  EACCES: "ports below 1024 need root, or sysctl net.ipv4.ip_unprivileged_port_start=0",
  EADDRNOTAVAIL: "this system has no such loopback address",
};
