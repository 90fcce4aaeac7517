import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { expect } from "chai";
import dnsPacket from "dns-packet";
import { startDnsServer } from "../../dns/server.ts";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { createDig } from "../support/dig.ts";

const question = (name: string) =>
  dnsPacket.encode({ type: "query", id: 7, questions: [{ type: "SOA", name }] });

describe("the DNS server's sockets", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
    await cloud.api.made("/zones", { name: "socket.test", mode: "primary" });
  });
  after(() => cloud.stop());

  let udp: Socket | null = null;
  afterEach(() => {
    udp?.close();
    udp = null;
  });

  const port = () => Number(cloud.dns.split(":")[1]);

  /** Sends over TCP and returns what comes back until `count` messages are there. */
  async function converse(bytes: Buffer[], count: number) {
    const socket = connect(port(), "127.0.0.1");
    let all = Buffer.alloc(0);
    const messages: Buffer[] = [];
    for (const part of bytes) {
      socket.write(part);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for await (const chunk of socket) {
      all = Buffer.concat([all, chunk]);
      while (all.length > 2 && all.length >= 2 + all.readUInt16BE(0)) {
        messages.push(all.subarray(2, 2 + all.readUInt16BE(0)));
        all = all.subarray(2 + all.readUInt16BE(0));
      }
      if (messages.length >= count) break;
    }
    socket.destroy();
    return messages;
  }
  const framed = (message: Buffer) => {
    const size = Buffer.alloc(2);
    size.writeUInt16BE(message.length);
    return Buffer.concat([size, message]);
  };

  it("take several questions over one connection, in pieces", async () => {
    const both = Buffer.concat([
      framed(question("socket.test")),
      framed(question("none.socket.test")),
    ]);
    const answers = await converse(
      [both.subarray(0, 1), both.subarray(1, 40), both.subarray(40)],
      2,
    );
    const codes = answers.map((a) => (dnsPacket.decode(a) as { rcode?: string }).rcode);
    expect(codes).to.deep.equal(["NOERROR", "NXDOMAIN"]);
  });

  it("survive any message", async () => {
    udp = createSocket("udp4");
    let answered = 0;
    udp.on("message", () => answered++);
    const send = (message: Buffer) =>
      new Promise((resolve) => udp?.send(message, port(), "127.0.0.1", resolve));
    const whole = question("socket.test");
    for (let n = 0; n < 500; n++) {
      const broken = Buffer.from(whole);
      broken[n % broken.length] = randomBytes(1)[0] ?? 0;
      await send(broken);
      await send(randomBytes(n % 80));
      await send(whole.subarray(0, n % whole.length));
    }
    const dig = createDig(cloud.dns);
    // The kernel drops what comes while the socket's buffer is full of the messages above, as any flood's victim's.
    const again = ["+time=5", "+tries=12"];
    expect((await dig("socket.test", "SOA", ...again)).status).to.equal("NOERROR");
    expect(answered).to.be.greaterThan(0);
    expect(await converse([framed(Buffer.from("nonsense"))], 1)).to.deep.equal([]);
  });

  it("are at another port when theirs is taken, for UDP and TCP alike", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port: wish } = taken.address() as { port: number };
    const server = await startDnsServer(() => null, "127.0.0.1", wish);
    expect(server.port).to.not.equal(wish);
    const rival = createSocket("udp4");
    rival.bind(server.port, "127.0.0.1");
    const [error] = await once(rival, "error");
    expect(error.code).to.equal("EADDRINUSE");
    await server.close();
    taken.close();
  });
});
