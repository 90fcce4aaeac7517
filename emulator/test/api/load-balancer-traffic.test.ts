import { once } from "node:events";
import { rmSync } from "node:fs";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { expect } from "chai";
import { Backends } from "../support/backends.ts";
import { startCloud, type TestCloud, temporaryDirectory } from "../support/cloud.ts";
import { freePort } from "../support/ports.ts";

const ONE = "127.0.81.1";
const TWO = "127.0.81.2";

describe("traffic through load balancers", () => {
  let data: string;
  let cloud: TestCloud;
  let backends: Backends;
  let id: number;
  let address: string;
  let port: number;
  const open: Socket[] = [];
  beforeEach(async () => {
    data = temporaryDirectory();
    cloud = await startCloud({ data });
    backends = new Backends();
    const made = await cloud.api.made("/load_balancers", {
      name: "front",
      load_balancer_type: "lb11",
      location: "fsn1",
    });
    id = made.id;
    address = made.public_net.ipv4.ip;
    port = await freePort(address);
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.destroy();
    await backends.close();
    await cloud.stop();
    rmSync(data, { recursive: true });
  });

  const act = (name: string, body?: object) =>
    cloud.api.act(`/load_balancers/${id}/actions/${name}`, body);
  const target = (ip: string) => act("add_target", { type: "ip", ip: { ip } });
  const serve = (protocol: "tcp" | "http", more: object = {}) =>
    act("add_service", {
      protocol,
      listen_port: port,
      destination_port: backends.port,
      ...more,
    });
  const check = (more: object = {}) => ({
    health_check: {
      protocol: "tcp",
      port: backends.port,
      interval: 3,
      timeout: 1,
      retries: 2,
      ...more,
    },
  });
  /** The health of each target, by its address. */
  const health = async () => {
    const { body } = await cloud.api.get(`/load_balancers/${id}`);
    return Object.fromEntries(
      body.load_balancer.targets.map((t: { ip: { ip: string }; health_status: object[] }) => [
        t.ip.ip,
        t.health_status[0],
      ]),
    );
  };
  /** Waits for a status; moves the clock on to the next health checks where it is held. */
  const until = async (ip: string, status: string) => {
    for (const end = Date.now() + 60_000; ; ) {
      const found = (await health())[ip];
      if (found.status === status) return found;
      if (Date.now() > end) throw new Error(`${ip} is ${found.status}, not ${status}`);
      if (cloud.clock.held) await cloud.clock.advance(3000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  /** As a client without connections to keep. */
  const ask = (path = "/", options: { method?: string; headers?: object; body?: string } = {}) =>
    new Promise<{ status: number; headers: Record<string, string>; text: string }>(
      (resolve, reject) => {
        const { method = "GET", headers = {}, body } = options;
        const sent = request({
          host: address,
          port,
          path,
          method,
          agent: false,
          headers: { ...headers },
        });
        sent.on("error", reject);
        sent.on("response", (answer) => {
          let text = "";
          answer.setEncoding("utf8").on("data", (chunk) => {
            text += chunk;
          });
          answer.on("end", () => {
            const heads = answer.headers as Record<string, string>;
            resolve({ status: answer.statusCode ?? 0, headers: heads, text });
          });
        });
        sent.end(body);
      },
    );
  const texts = async (count: number) => {
    const found = [];
    for (let n = 0; n < count; n++) found.push((await ask()).text);
    return found;
  };
  const dial = async () => {
    const socket = connect(port, address);
    socket.on("error", () => {});
    open.push(socket);
    await once(socket, "connect");
    return socket;
  };
  const firstLine = async (socket: Socket) => String((await once(socket, "data"))[0]).trim();
  const names = async () => {
    for (const ip of [ONE, TWO]) await backends.http(ip, (_, response) => response.end(ip));
  };

  it("goes to one target after the other", async () => {
    await names();
    for (const ip of [ONE, TWO]) await target(ip);
    await serve("http");
    await Promise.all([until(ONE, "healthy"), until(TWO, "healthy")]);
    const [first, second, ...rest] = await texts(4);
    expect([first, second].sort()).to.deep.equal([ONE, TWO]);
    expect(rest).to.deep.equal([first, second]);
  });

  it("carries requests and answers as they are, and says for whom", async () => {
    await backends.http(ONE, (incoming, response) => {
      response.setHeader("X-Seen", JSON.stringify(incoming.headers));
      response.setHeader("Set-Cookie", ["a=1", "b=2"]);
      response.statusCode = 418;
      response.statusMessage = "Short and stout";
      response.write(`${incoming.method} ${incoming.url} `);
      incoming.pipe(response);
    });
    await target(ONE);
    await serve("http");
    const body = "x".repeat(300_000);
    const answer = await ask("/a%20b?c=d", {
      method: "PUT",
      body,
      headers: { Host: "app.example.org", "X-Forwarded-For": "192.0.2.1", "Keep-Alive": "1" },
    });
    expect(answer.status).to.equal(418);
    expect(answer.text).to.equal(`PUT /a%20b?c=d ${body}`);
    expect(answer.headers["set-cookie"]).to.deep.equal(["a=1", "b=2"]);
    const seen = JSON.parse(answer.headers["x-seen"] ?? "");
    expect(seen).to.include({
      host: "app.example.org",
      "x-forwarded-for": "192.0.2.1, 127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-port": String(port),
    });
    expect(seen).to.not.have.property("keep-alive");
  });

  it("goes where the fewest connections are, when that is asked for", async () => {
    for (const ip of [ONE, TWO]) {
      await backends.tcp(ip, (socket) => socket.write(`${ip}\n`));
      await target(ip);
    }
    await act("change_algorithm", { type: "least_connections" });
    await serve("tcp");
    await Promise.all([until(ONE, "healthy"), until(TWO, "healthy")]);
    const first = await dial();
    const busy = await firstLine(first);
    const idle = busy === ONE ? TWO : ONE;
    // The idle one's connections end, the busy one's stays: in turn, three in a row could not be.
    const end = Date.now() + 60_000;
    for (let row = 0; row < 3; ) {
      const socket = await dial();
      row = (await firstLine(socket)) === idle ? row + 1 : 0;
      socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (Date.now() > end) throw new Error(`connections still go to ${busy}`);
    }
    await act("change_algorithm", { type: "round_robin" });
    const turns = [await firstLine(await dial()), await firstLine(await dial())];
    expect(turns.sort()).to.deep.equal([ONE, TWO]);
  });

  it("flows both ways over TCP, and ends when either side does", async () => {
    await backends.tcp(ONE, (socket) =>
      socket.on("end", () => socket.end("bye")).pipe(socket, { end: false }),
    );
    await target(ONE);
    await serve("tcp");
    const socket = await dial();
    socket.write("echo");
    expect(await firstLine(socket)).to.equal("echo");
    socket.end();
    expect(await firstLine(socket)).to.equal("bye");
    await once(socket, "close");
    const other = await dial();
    other.write("echo");
    await firstLine(other);
    const ended = once(other, "close");
    await backends.stop(ONE);
    await ended;
  });

  it("leaves out targets that are unhealthy, and takes them back", async () => {
    cloud.clock.hold();
    await names();
    for (const ip of [ONE, TWO]) await target(ip);
    await serve("http", check());
    await Promise.all([until(ONE, "healthy"), until(TWO, "healthy")]);
    await backends.stop(ONE);
    await cloud.clock.advance(3000); // the first failure is not enough
    expect(new Set(await texts(4))).to.deep.equal(new Set([TWO]));
    expect((await health())[ONE].status).to.equal("healthy");
    const sick = await until(ONE, "unhealthy");
    expect(sick).to.deep.include({ detail: "layer4_no_connection", http_status_code: null });
    expect(await texts(3)).to.deep.equal([TWO, TWO, TWO]);
    await backends.http(ONE, (_, response) => response.end(ONE));
    await until(ONE, "healthy");
    expect(new Set(await texts(4))).to.deep.equal(new Set([ONE, TWO]));
  });

  it("answers 503 where no target is healthy, and closes over TCP", async () => {
    cloud.clock.hold();
    await backends.http(ONE, (_, response) => response.end(ONE));
    await target(ONE);
    await serve("http", check({ retries: 1 }));
    await until(ONE, "healthy");
    await backends.stop(ONE);
    await until(ONE, "unhealthy");
    expect((await ask()).status).to.equal(503);
    await act("update_service", {
      listen_port: port,
      protocol: "tcp",
      health_check: { protocol: "tcp" },
    });
    await once((await dial()).resume(), "close");
  });

  it("judges HTTP targets by status, text and time", async () => {
    let mode = "well";
    const hosts: (string | undefined)[] = [];
    await backends.http(ONE, (incoming, response) => {
      hosts.push(incoming.headers.host);
      if (mode === "slow") return;
      response.statusCode = mode === "lost" || incoming.url !== "/up" ? 404 : 200;
      response.end(mode === "wrong" ? "down" : "all is well");
    });
    await target(ONE);
    cloud.clock.hold();
    const http = {
      path: "/up",
      domain: "check.example.org",
      response: "well",
      status_codes: ["2?0"],
    };
    await serve("http", check({ protocol: "http", retries: 1, http }));
    const healthy = await until(ONE, "healthy");
    expect(healthy).to.deep.equal({
      listen_port: port,
      status: "healthy",
      detail: null,
      http_status_code: 200,
    });
    expect(hosts).to.include("check.example.org");
    for (const [now, detail, status] of [
      ["lost", "unexpected_http_status", 404],
      ["well", null, 200],
      ["wrong", "unexpected_http_content", 200],
      ["well", null, 200],
      ["slow", "layer7_timeout", null],
    ] as const) {
      mode = now;
      const found = await until(ONE, detail === null ? "healthy" : "unhealthy");
      expect(found, now).to.include({ detail, http_status_code: status });
    }
  });

  it("stays with one target for a client with a cookie", async () => {
    await names();
    for (const ip of [ONE, TWO]) await target(ip);
    await serve("http", {
      http: { sticky_sessions: true, cookie_name: "STAY", cookie_lifetime: 60 },
    });
    await Promise.all([until(ONE, "healthy"), until(TWO, "healthy")]);
    const first = await ask();
    const [cookie = ""] = first.headers["set-cookie"] ?? [];
    expect(cookie).to.match(/^STAY=[\w-]+; Path=\/; Max-Age=60; HttpOnly$/);
    const headers = { Cookie: `other=1; ${cookie.split(";")[0]}` };
    for (let n = 0; n < 4; n++) {
      const again = await ask("/", { headers });
      expect(again.text).to.equal(first.text);
      expect(again.headers).to.not.have.property("set-cookie");
    }
    await backends.stop(first.text);
    const moved = await ask("/", { headers });
    expect([ONE, TWO]).to.include(moved.text);
    expect(moved.text).to.not.equal(first.text);
    expect(moved.headers["set-cookie"]?.[0]).to.contain("STAY=");
  });

  for (const protocol of ["tcp", "http"] as const) {
    it(`names the client in a line before the ${protocol} traffic, when that is asked for`, async () => {
      await backends.tcp(ONE, (socket) =>
        socket.once("data", (chunk) => {
          const [line] = String(chunk).split("\r\n");
          socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${line?.length}\r\n\r\n${line}`);
        }),
      );
      await target(ONE);
      await serve(protocol, { proxyprotocol: true });
      const { text } = await ask();
      expect(text).to.match(
        new RegExp(`^PROXY TCP4 127\\.0\\.0\\.1 ${address.replaceAll(".", "\\.")} \\d+ ${port}$`),
      );
    });
  }

  it("lets a connection become a WebSocket", async () => {
    const server = await backends.http(ONE, (_, response) => response.end());
    server.on("upgrade", (incoming, socket: Socket) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${incoming.headers.upgrade}\r\nConnection: Upgrade\r\n\r\n`,
      );
      socket.pipe(socket);
    });
    await target(ONE);
    await serve("http");
    const socket = await dial();
    socket.write(
      "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    );
    expect(await firstLine(socket)).to.match(/^HTTP\/1\.1 101 .*Upgrade: websocket/s);
    socket.write("hello");
    expect(await firstLine(socket)).to.equal("hello");
  });

  it("follows the labels of servers", async () => {
    const { id: server, public_net } = await cloud.api.made("/servers", {
      name: "web",
      server_type: "cx23",
      image: "docker-ce",
      location: "fsn1",
      labels: { app: "web" },
    });
    // Without machines, what listens at the server's address stands for the server.
    await backends.http(public_net.ipv4.ip, (_, response) => response.end("labelled"));
    await act("add_target", { type: "label_selector", label_selector: { selector: "app=web" } });
    await serve("http");
    expect(await texts(2)).to.deep.equal(["labelled", "labelled"]);
    await cloud.api.put(`/servers/${server}`, { labels: {} });
    expect((await ask()).status).to.equal(503);
    await cloud.api.put(`/servers/${server}`, { labels: { app: "web" } });
    expect((await ask()).text).to.equal("labelled");
  });

  it("flows again after a restart of the emulator", async () => {
    await names();
    await target(ONE);
    await serve("http");
    expect((await ask()).text).to.equal(ONE);
    await cloud.stop();
    expect(
      await ask().then(
        () => "open",
        () => "closed",
      ),
    ).to.equal("closed");
    cloud = await startCloud({ data });
    expect((await ask()).text).to.equal(ONE);
    await until(ONE, "healthy");
  });

  it("ends where a service, the public interface or the load balancer does", async () => {
    const closed = () =>
      ask().then(
        () => false,
        () => true,
      );
    await names();
    await target(ONE);
    await serve("http");
    expect((await ask()).text).to.equal(ONE);
    await act("delete_service", { listen_port: port });
    expect(await closed()).to.equal(true);
    await serve("http");
    const network = await cloud.api.made("/networks", {
      name: "net",
      ip_range: "10.0.0.0/16",
      subnets: [{ type: "cloud", network_zone: "eu-central" }],
    });
    await act("attach_to_network", { network: network.id });
    await act("disable_public_interface");
    expect(await closed()).to.equal(true);
    await act("enable_public_interface");
    expect((await ask()).text).to.equal(ONE);
    const ended = once((await dial()).resume(), "close");
    const { body } = await cloud.api.delete(`/load_balancers/${id}`);
    await cloud.api.settled(body.action);
    await ended;
    expect(await closed()).to.equal(true);
  });

  it("is counted", async () => {
    await names();
    await target(ONE);
    await serve("http");
    const start = new Date().toISOString();
    for (let n = 0; n < 5; n++) await ask();
    const { body } = await cloud.api.get(`/load_balancers/${id}`);
    expect(body.load_balancer.ingoing_traffic).to.be.above(100);
    expect(body.load_balancer.outgoing_traffic).to.be.above(100);
    const end = new Date(Date.now() + 1000).toISOString();
    const query = new URLSearchParams({ type: "requests_per_second", start, end, step: "1" });
    const { body: answer } = await cloud.api.get(`/load_balancers/${id}/metrics?${query}`);
    const { values } = answer.metrics.time_series.requests_per_second;
    expect(Math.max(...values.map(([, value]: [number, string]) => Number(value)))).to.be.above(0);
  });
});
