import { connect, type Socket } from "node:net";

const line = `x-long: ${"x".repeat(64 * 1024)}\r\n`;

/** Connections on each of which a request's headers are sent, 14 of 64 KB, and never ended. */
export class HeaderFlood {
  private readonly sockets: Socket[] = [];
  private readonly port: number;
  private readonly address: string;
  private readonly host: string;

  constructor(address: string, port: number, host: string) {
    this.address = address;
    this.port = port;
    this.host = host;
  }

  /** Opens so many at once; the first line that each is answered with before it is closed. */
  insist(count: number): Promise<string[]> {
    return Promise.all(Array.from({ length: count }, () => this.insistOnce()));
  }

  end(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private insistOnce(): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(this.port, this.address);
      let said = "";
      this.sockets.push(socket);
      socket.setEncoding("latin1").on("data", (text) => {
        said += text;
      });
      socket.on("error", () => {}); // what is sent after it was closed
      socket.on("close", () => resolve(said.split("\r\n")[0] ?? ""));
      socket.write(`GET / HTTP/1.1\r\nHost: ${this.host}\r\n`);
      for (let sent = 0; sent < 14; sent++) socket.write(line);
    });
  }
}
