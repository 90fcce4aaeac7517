import { once } from "node:events";
import { connect, createServer } from "node:net";
import { expect } from "chai";
import { FloatingRoutes } from "../../floating-ips/routes.ts";
import { ApiOnlyMachines } from "../../machines/api-only.ts";
import { PORTS } from "../../machines/docker/run-arguments.ts";
import type { Machines } from "../../machines/machine.ts";
import type { FloatingIp, PrimaryIp } from "../../store/records.ts";
import { Store } from "../../store/store.ts";

const ADDRESS = "127.77.253.9";
const SERVERS: Record<number, string> = { 1: "127.77.253.101", 2: "127.77.253.102" };

/** What one is told at a port of the floating IP; null when nobody answers. */
async function told(port: number): Promise<string | null> {
  const socket = connect({ host: ADDRESS, port });
  return new Promise((resolve) => {
    socket.on("error", () => resolve(null));
    socket.on("data", (text) => {
      socket.destroy();
      resolve(text.toString());
    });
    socket.on("close", () => resolve(null));
  });
}

describe("the routes of floating IPs", () => {
  const store = new Store(null);
  const machines: Machines = Object.create(new ApiOnlyMachines(), {
    gateway: { value: async () => "172.18.0.1" },
    endpoint: { value: async (server: number) => SERVERS[server] ?? null },
  });
  const routes = new FloatingRoutes({ store, machines });
  const ip = { id: 7, name: "web", type: "ipv4", ip: ADDRESS, server: null } as FloatingIp;
  store.tables.floating_ips.set(ip.id, ip);
  const greeters = Object.values(SERVERS).flatMap((host) =>
    PORTS.map((port) => ({ host, port, server: createServer((s) => s.end(`${host}:${port}`)) })),
  );
  before(async () => {
    for (const { host, port, server } of greeters) {
      server.listen(port, host);
      await once(server, "listening");
    }
  });
  after(async () => {
    await routes.close();
    for (const { server } of greeters) server.close();
  });

  it("lead to the server that one is assigned to, and nowhere when it is to none", async () => {
    expect(await told(80)).to.equal(null);
    for (const server of [1, 2]) {
      ip.server = server;
      await routes.apply(ip.id);
      for (const port of PORTS) expect(await told(port)).to.equal(`${SERVERS[server]}:${port}`);
    }
    ip.server = null;
    await routes.apply(ip.id);
    expect(await told(80)).to.equal(null);
  });

  it("lead to the server's public address where no other is known", async () => {
    const { 1: address = "" } = SERVERS;
    const own = { id: 9, type: "ipv4", ip: address, assignee_id: 4 } as PrimaryIp;
    store.tables.primary_ips.set(own.id, own);
    ip.server = 4;
    await routes.apply(ip.id);
    expect(await told(80)).to.equal(`${address}:80`);
  });

  it("close the connection while the server is off", async () => {
    ip.server = 3;
    await routes.apply(ip.id);
    expect(await told(22)).to.equal(null);
    store.tables.floating_ips.delete(ip.id);
    await routes.apply(ip.id);
  });

  it("say which port they could not open, and leave none open", async () => {
    const other = { ...ip, id: 8, server: 1 };
    store.tables.floating_ips.set(8, other);
    const taken = createServer();
    taken.listen(PORTS.at(-1), ADDRESS);
    await once(taken, "listening");
    const failure = await routes.apply(8).catch((cause: Error) => cause.message);
    expect(failure).to.match(/port \d+ of 127\.77\.253\.9 cannot be opened/);
    expect(await told(PORTS[0] ?? 0)).to.equal(null);
    taken.close();
  });
});
