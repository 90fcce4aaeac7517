import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Server as HttpServer } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import type { Machines } from "./machines/machine.ts";

const VALID_MS = 60_000;
const LOOK_EVERY_MS = 500;
/** Codes of a WebSocket's end that an application may choose. */
const WRONG_PASSWORD = 4401;
const FAILED = 4500;

interface Ticket {
  server: number;
  password: Buffer;
  expires: number;
}

/**
 * The consoles of servers, over WebSockets. The real ones speak VNC; these show what the server has
 * written since it was switched on, as text, to a client whose first message is the password.
 */
export class Consoles {
  readonly #machines: Machines;
  readonly #tickets = new Map<string, Ticket>();
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: 1024 });

  constructor(machines: Machines) {
    this.#machines = machines;
  }

  /** Lets one client in, within a minute. `host` is where the API answers. */
  admit(server: number, host: string): { wss_url: string; password: string } {
    for (const [token, { expires }] of this.#tickets) {
      if (expires < Date.now()) this.#tickets.delete(token);
    }
    const token = randomBytes(16).toString("hex");
    const password = randomBytes(24).toString("base64url");
    const expires = Date.now() + VALID_MS;
    this.#tickets.set(token, { server, password: Buffer.from(password), expires });
    return { wss_url: `ws://${host}/console?server_id=${server}&token=${token}`, password };
  }

  /** Takes over the requests that ask for a WebSocket. */
  attach(http: HttpServer): void {
    http.on("upgrade", (request, socket, head) => {
      const url = new URL(request.url ?? "/", "http://localhost");
      const token = url.searchParams.get("token") ?? "";
      const ticket = this.#tickets.get(token);
      this.#tickets.delete(token);
      if (url.pathname !== "/console" || ticket === undefined || ticket.expires < Date.now()) {
        socket.end("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      const serve = (client: WebSocket) => this.#serve(client, ticket);
      this.#sockets.handleUpgrade(request, socket, head, serve);
    });
  }

  /** Ends all connections: the server's own end would wait for theirs. */
  close(): void {
    for (const client of this.#sockets.clients) client.terminate();
  }

  #serve(client: WebSocket, { server, password }: Ticket): void {
    client.on("error", () => {}); // its end follows
    client.once("message", (data) => {
      const given = Buffer.from(data as Buffer);
      if (given.length !== password.length || !timingSafeEqual(given, password)) {
        client.close(WRONG_PASSWORD, "wrong password");
        return;
      }
      this.#show(client, server).catch(() => client.close(FAILED, "the console cannot be read"));
    });
  }

  /** Sends what is there, and what comes as long as the client listens. */
  async #show(client: WebSocket, server: number): Promise<void> {
    let shown = "";
    while (client.readyState === client.OPEN) {
      const text = await this.#machines.console(server);
      // A shorter or another text: the server has started anew.
      const news = text.startsWith(shown) ? text.slice(shown.length) : text;
      if (news !== "" || shown === "") client.send(news);
      shown = text;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}
