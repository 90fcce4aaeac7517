import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import pg from "pg";
import { query } from "../dev/postgres.ts";
import { migrate } from "../migrator.ts";
import { createTestDatabase } from "./database.ts";
import { start, type TestProcess } from "./process.ts";
import { openEvents, openSocket, until } from "./stream-clients.ts";

describe("SIGTERM", () => {
  let url: string;
  let drop: () => Promise<void>;
  let server: TestProcess & { port: number };
  let holder: pg.Client;
  before(async () => {
    ({ url, drop } = await createTestDatabase());
    await migrate(url);
    await query(url, "insert into links (slug, url) values ('slow', 'https://example.com')");
  });
  after(() => drop());
  beforeEach(() => {
    holder = new pg.Client({ connectionString: url });
    return holder.connect();
  });
  afterEach(() => {
    server.child.kill("SIGKILL"); // for a test that failed half-way
    return holder.end();
  });

  const begin = async (env: Record<string, string>) => {
    server = await start({ DATABASE_URL: url, ...env });
  };
  const request = (path: string) =>
    fetch(`http://127.0.0.1:${server.port}${path}`, { redirect: "manual" });

  /** A request in flight that lasts until `finish`: Postgres makes it wait for the row. */
  const slowRequest = async () => {
    await holder.query("begin; select from links where slug = 'slow' for update");
    const answer = request("/slow");
    answer.catch(() => {}); // looked at later
    const waiting =
      "select from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'hits'";
    while ((await query(url, waiting)).rowCount === 0) await sleep(20);
    return { answer, finish: () => holder.query("rollback") };
  };

  /** A minute, which none of these takes: what happens meanwhile happens before it is over. */
  const endless = "60000";

  it("answers on while the proxy has yet to notice, and asks not to come back", async () => {
    await begin({ SHUTDOWN_DELAY_MS: endless });
    server.child.kill("SIGTERM");
    while ((await request("/readyz")).status !== 503) await sleep(10);

    const late = await request("/version");
    expect(late.status).to.equal(200);
    expect(late.headers.get("connection")).to.equal("close");
    expect((await request("/healthz")).status).to.equal(200);
    expect(server.child.exitCode).to.equal(null);
  });

  it("then accepts nothing new, and answers every request that has begun", async () => {
    await begin({ SHUTDOWN_DELAY_MS: "200", SHUTDOWN_TIMEOUT_MS: endless });
    const slow = await slowRequest();
    server.child.kill("SIGTERM");
    const code = () => request("/healthz").then(String, (error) => error.cause.code);
    while ((await code()) !== "ECONNREFUSED") await sleep(10);
    expect(server.child.exitCode).to.equal(null);

    await slow.finish();
    const answer = await slow.answer;
    expect(answer.status).to.equal(302);
    expect(answer.headers.get("connection")).to.equal("close");
    expect(await server.ended).to.equal(0);
    expect(server.output()).to.include('"msg":"stopped"');
  });

  it("waits for no connection on which nothing has been asked", async () => {
    await begin({ SHUTDOWN_DELAY_MS: "0", SHUTDOWN_TIMEOUT_MS: endless });
    const idle = connect(server.port, "127.0.0.1");
    idle.on("error", () => {}); // being cut is what it is for
    await once(idle, "connect");
    await request("/healthz"); // leaves a connection that is kept alive
    server.child.kill("SIGTERM");
    expect(await server.ended).to.equal(0);
  });

  it("ends streams at once, before it stops accepting", async () => {
    await begin({ SHUTDOWN_DELAY_MS: endless });
    const address = `127.0.0.1:${server.port}`;
    const events = await openEvents(address);
    const socket = await openSocket(address);
    await until(() => events.slugs.length > 0 && socket.slugs.length > 0);
    server.child.kill("SIGTERM");
    await until(() => events.ending() !== undefined && socket.ending() !== undefined);
    expect([events.ending(), socket.ending()]).to.deep.equal(["end", "1001"]);
    expect((await request("/healthz")).status).to.equal(200);
  });

  it("waits for no WebSocket whose client does not answer", async () => {
    await begin({ SHUTDOWN_DELAY_MS: "0", SHUTDOWN_TIMEOUT_MS: endless });
    const silent = connect(server.port, "127.0.0.1");
    const key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13";
    silent.write(
      `GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`,
    );
    await once(silent, "data");
    server.child.kill("SIGTERM");
    expect(await server.ended).to.equal(0);
    silent.destroy();
  });

  it("ends the process all the same when a request does not end", async () => {
    await begin({ SHUTDOWN_DELAY_MS: "0", SHUTDOWN_TIMEOUT_MS: "300" });
    await slowRequest();
    server.child.kill("SIGTERM");
    expect(await server.ended).to.equal(1);
    expect(server.output()).to.include("gave up waiting for requests");
  });
});
