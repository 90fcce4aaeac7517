import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { query } from "../dev/postgres.ts";
import { serve, serveMigrated, type TestApp } from "./serve.ts";
import { openEvents, openSocket, type StreamClient, until } from "./stream-clients.ts";

/**
 * Milliseconds between two beats where peers answer: they share this process, so a shorter beat would drop them when it is
 * held up.
 */
const beat = 2000;

const add = (app: TestApp, slug: string) =>
  app.post("/links", { url: "https://example.com", slug });

for (const [name, open] of [
  ["server-sent events", openEvents],
  ["a WebSocket", openSocket],
] as const) {
  describe(name, () => {
    let app: TestApp & { url: string };
    let client: StreamClient;
    beforeEach(async () => {
      app = await serveMigrated({ limit: 2, beat });
      await add(app, "first");
      client = await open(app.address);
      await until(() => client.slugs.length > 0);
      await sleep(500); // now only a notification can be what brings something
    });
    afterEach(async () => {
      client.close();
      await app.close();
    });

    const sees = (slugs: string) => until(() => client.slugs.at(-1)?.join() === slugs);

    it("brings the links, and again when one is added or removed", async () => {
      await sees("first");
      expect(client.text()).to.include('"release":"test-1"');
      await add(app, "second");
      await sees("second,first");
      await app.request("/links/first", { method: "DELETE" });
      await sees("second");
    });

    it("brings what another process changed", async () => {
      const other = await serve(app.url);
      await add(other, "other");
      await sees("other,first");
      await other.close();
    });

    it("brings changes again after the database has hung up", async () => {
      const listening = "from pg_stat_activity where application_name = 'server changes'";
      const { rowCount } = await query(app.url, `select pg_terminate_backend(pid) ${listening}`);
      expect(rowCount).to.equal(1);
      await until(() => app.lines.some(({ msg }) => String(msg).startsWith("cannot listen")));
      await add(app, "meanwhile");
      await sees("meanwhile,first");
    });

    it("is refused when too many are open", async () => {
      const second = await open(app.address);
      const error = await open(app.address).catch((reason: Error) => reason);
      expect(error).to.have.property("message").that.includes("503");
      second.close();
      await until(() => app.lines.some(({ path, status }) => path !== "/links" && status !== 503));
      (await open(app.address)).close();
    });

    it("leaves one line in the log when it is over", async () => {
      const lines = () => app.lines.filter(({ path }) => path === "/events" || path === "/live");
      expect(lines()).to.deep.equal([]);
      client.close();
      await until(() => lines().length > 0);
      expect(lines()[0])
        .to.include({ msg: "request", method: "GET" })
        .and.include.keys("ms", "requestId");
    });

    it("stays open while the peer is alive", async () => {
      await sleep(2.2 * beat); // what the first asked has been looked at in the second
      expect(client.ending()).to.equal(undefined);
      await add(app, "later");
      await sees("later,first");
    });
  });
}

describe("a stream", () => {
  let app: TestApp;
  before(async () => {
    app = await serveMigrated({ beat: 100 });
  });
  after(() => app.close());

  const refusal = async (options: object, path?: string) => {
    const error = await openSocket(app.address, options, path).catch((reason: Error) => reason);
    return (error as Error).message;
  };

  it("is dropped when the peer does not answer", async () => {
    const dead = await openSocket(app.address, { autoPong: false });
    await until(() => dead.ending() === "1006");
  });

  it("is kept alive by comments", async () => {
    const events = await openEvents(app.address);
    await until(() => events.text().includes("\n\n: ping\n\n"));
    expect(events.text()).to.match(/^retry: \d{3,4}\n\n/);
    events.close();
  });

  it("is a WebSocket at its own path and for its own pages only", async () => {
    expect(await refusal({}, "/links")).to.include("404");
    expect(await refusal({ origin: "https://example.com" })).to.include("403");
    const own = await openSocket(app.address, { origin: `http://${app.address}` });
    own.close();
  });

  it("is not what another upgrade gets", async () => {
    const [host = "", port] = app.address.split(":");
    const socket = connect(Number(port), host);
    const headers = ["Host: x", "Connection: Upgrade", "Upgrade: h2c"];
    socket.write(`GET /version HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
    const [data] = await once(socket, "data");
    expect(String(data)).to.match(/^HTTP\/1.1 200 /);
    socket.destroy();
  });

  it("is not begun by HEAD", async () => {
    const answer = await app.request("/events", { method: "HEAD" });
    expect(answer.status).to.equal(200);
    expect(answer.headers.get("content-type")).to.include("text/event-stream");
  });

  it("is sent elsewhere when the process is stopping", async () => {
    app.lifecycle.draining = true;
    const answer = await app.request("/events");
    expect(answer.status).to.equal(200); // a browser would not come again after an error
    expect(answer.headers.get("connection")).to.equal("close");
    expect(await answer.text()).to.match(/^retry: \d+\n\n$/);
    expect(await refusal({})).to.include("503");
    app.lifecycle.draining = false;
  });
});
