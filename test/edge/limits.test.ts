import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { Edge } from "./edge.ts";

const connections = 300;
const line = `x-long: ${"x".repeat(64 * 1024)}\r\n`;

describe("Traefik, to whoever never ends a request's headers", () => {
  const edge = new Edge();
  const sockets: Socket[] = [];
  before(() => edge.start());
  after(() => {
    for (const socket of sockets) socket.destroy();
    edge.stop();
  });

  it(`closes each of ${connections} connections, and has memory left for everybody else`, async () => {
    const said = await Promise.all(Array.from({ length: connections }, insist));
    expect(new Set(said.map((text) => text.split("\r\n")[0]))).to.have.keys(
      "HTTP/1.1 431 Request Header Fields Too Large",
    );
    expect(edge.survives()).to.equal(true);
    expect((await edge.ask("GET")).status).to.equal(404); // Traefik's own: there is no route here
  });

  /** Sends 14 headers of 64 KB and no end of them; what Traefik says before it closes the connection. */
  function insist(): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(Number(edge.address.split(":")[1]), "127.0.0.1");
      let said = "";
      sockets.push(socket);
      socket.setEncoding("latin1").on("data", (text) => {
        said += text;
      });
      socket.on("error", () => {}); // what is sent after it was closed
      socket.on("close", () => resolve(said));
      socket.write(`GET / HTTP/1.1\r\nHost: ${edge.host}\r\n`);
      for (let sent = 0; sent < 14; sent++) socket.write(line);
    });
  }
});
