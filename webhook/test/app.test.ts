import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createApp } from "../app.ts";

const secret = "canary-webhook-secret-0123456789abcdef";
const commit = "0123456789abcdef0123456789abcdef01234567";
const now = Date.parse("2026-11-21T12:00:00Z");
const sign = (body: string) => createHmac("sha256", secret).update(body).digest("hex");
const plain = (changes: object = {}) =>
  JSON.stringify({ environment: "stage", commit, time: now / 1000, ...changes });
const push = (changes: object = {}) => ({
  ref: "refs/heads/main",
  after: commit,
  repository: { full_name: "acme/shop" },
  head_commit: { timestamp: "2026-11-21T08:00:00Z" },
  ...changes,
});

describe("the webhook deployer", () => {
  let server: Server;
  let url: string;
  let directory: string;
  let log: string[];
  const dropped = () => readdirSync(join(directory, "spool"));

  beforeEach((done) => {
    directory = mkdtempSync(join(tmpdir(), "onebox-webhook-"));
    start(done);
  });
  afterEach((done) => {
    rmSync(directory, { recursive: true });
    stop(done);
  });

  function start(done: () => void): void {
    log = [];
    const [spool, seen] = ["spool", "seen"].map((name) => {
      const path = join(directory, name);
      mkdirSync(path, { recursive: true });
      return path;
    }) as [string, string];
    const app = createApp({
      secret,
      repository: "acme/shop",
      branch: "main",
      environments: ["stage"],
      spool,
      seen,
      now: () => now,
      log: (line) => log.push(JSON.stringify(line)),
    });
    server = createServer(app).listen(0, "127.0.0.1", () => {
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      done();
    });
  }

  function stop(done: () => void): void {
    server.closeAllConnections();
    server.close(done);
  }

  /** Sends a body; signed for a form, unless other headers are given. */
  async function send(body: string, headers?: Record<string, string>): Promise<number> {
    const signed = { "x-onebox-signature": `sha256=${sign(body)}` };
    const answer = await fetch(url, { method: "POST", body, headers: headers ?? signed });
    await answer.text();
    return answer.status;
  }

  it("drops one request for a valid one: an empty file that names environment and commit", async () => {
    expect(await send(plain())).to.equal(202);
    expect(dropped()).to.deep.equal([`stage.${commit}`]);
  });

  it("brings the image's signature along, also for a commit that is waiting without one", async () => {
    await send(plain());
    const text = () => readFileSync(join(directory, "spool", `stage.${commit}`), "utf8");
    expect(text()).to.equal("");
    expect(await send(plain({ signature: "U1NI+/==" }))).to.equal(202);
    expect(text()).to.equal("U1NI+/==");
  });

  it("takes pushes as GitHub, Gitea and Forgejo sign them", async () => {
    const github = JSON.stringify(
      push({ repository: { full_name: "acme/shop", pushed_at: now / 1000 } }),
    );
    const event = { "x-github-event": "push" };
    const hub = { ...event, "x-hub-signature-256": `sha256=${sign(github)}` };
    expect(await send(github, hub)).to.equal(202);
    const [gitea, forgejo] = [1, 2].map((before) => JSON.stringify(push({ before })));
    // Both send the older forms' headers too.
    const more = (body: string) => ({ ...event, "x-hub-signature-256": `sha256=${sign(body)}` });
    expect(
      await send(gitea ?? "", { ...more(gitea ?? ""), "x-gitea-signature": sign(gitea ?? "") }),
    ).to.equal(202);
    expect(
      await send(forgejo ?? "", {
        ...more(forgejo ?? ""),
        "x-gitea-signature": sign(forgejo ?? ""),
        "x-forgejo-signature": sign(forgejo ?? ""),
      }),
    ).to.equal(202);
    expect(dropped()).to.deep.equal([`stage.${commit}`]);
  });

  it("refuses a signature that is wrong, missing, malformed, or of another body", async () => {
    const body = plain();
    const forms = ["x-onebox-signature", "x-hub-signature-256", "x-gitea-signature"];
    for (const name of [...forms, "x-forgejo-signature"]) {
      for (const value of [sign(`${body} `), "", "sha256=", "f".repeat(63), "f".repeat(64)]) {
        expect(await send(body, { [name]: value }), `${name}: ${value}`).to.equal(401);
      }
    }
    expect(await send(body, {})).to.equal(401);
    expect(dropped()).to.deep.equal([]);
  });

  it("refuses an old one, and one from the future, in each form", async () => {
    const seconds = now / 1000;
    expect(await send(plain({ time: seconds - 301 }))).to.equal(403);
    expect(await send(plain({ time: seconds + 61 }))).to.equal(403);
    const repository = { full_name: "acme/shop", pushed_at: seconds - 301 };
    const github = JSON.stringify(push({ repository }));
    expect(await send(github, { "x-hub-signature-256": `sha256=${sign(github)}` })).to.equal(403);
    const old = { timestamp: "2026-11-20T11:59:00Z" };
    const gitea = JSON.stringify(push({ head_commit: old }));
    expect(await send(gitea, { "x-gitea-signature": sign(gitea) })).to.equal(403);
    expect(dropped()).to.deep.equal([]);
  });

  it("takes the same one once, in whatever form it comes again, also after a restart", async () => {
    const body = JSON.stringify(push());
    expect(await send(body, { "x-gitea-signature": sign(body) })).to.equal(202);
    rmSync(join(directory, "spool", `stage.${commit}`)); // it was released
    expect(await send(body, { "x-gitea-signature": sign(body) })).to.equal(409);
    expect(await send(body, { "x-forgejo-signature": sign(body) })).to.equal(409);
    await new Promise<void>((resolve) => stop(resolve));
    await new Promise<void>((resolve) => start(resolve));
    expect(await send(body, { "x-gitea-signature": sign(body) })).to.equal(409);
    expect(dropped()).to.deep.equal([]);
  });

  it("does not take a body over 1 MB, whether it says its length or not", async () => {
    const sized = (bytes: number) => plain({ padding: "x".repeat(bytes) });
    const stream = (body: string) =>
      fetch(url, {
        method: "POST",
        body: new Blob([body]).stream(),
        headers: { "x-onebox-signature": sign(body) },
        duplex: "half",
      }).then(({ status }) => status);
    const large = sized(1 << 20);
    expect(await send(large)).to.equal(413);
    expect(await stream(large)).to.equal(413);
    expect(log.filter((line) => line.includes("too large"))).to.have.length(2);
    // Of one that is far too large the rest is not read; its sender may see no answer at all.
    const huge = sized(16 << 20);
    expect(await send(huge).catch(() => 413)).to.equal(413);
    expect(await stream(huge).catch(() => 413)).to.equal(413);
    expect(dropped()).to.deep.equal([]);
    expect(log.at(-1)).to.include("too large");
  });

  it("refuses what is malformed although it is signed", async () => {
    for (const body of [
      "",
      "{",
      "[]",
      "null",
      "environment=stage",
      "{}",
      plain({ commit: "main" }),
      plain({ commit: "../../etc/passwd" }),
      plain({ commit: commit.toUpperCase() }),
      plain({ environment: 1 }),
      plain({ time: "now" }),
      plain({ signature: 1 }),
      plain({ signature: "../../etc/passwd\n" }),
      plain({ signature: "x".repeat(2001) }),
    ]) {
      expect(await send(body), body).to.equal(400);
    }
    for (const changes of [
      { repository: undefined },
      { repository: { full_name: "mallory/shop" } },
      { after: "main" },
      { head_commit: null },
    ]) {
      const body = JSON.stringify(push(changes));
      const status = await send(body, { "x-hub-signature-256": `sha256=${sign(body)}` });
      expect(status, body).to.equal(400);
    }
    expect(dropped()).to.deep.equal([]);
  });

  it("knows stage only", async () => {
    for (const environment of ["prod", "preview", "", "../stage", "stage/../prod"]) {
      expect(await send(plain({ environment })), environment).to.equal(404);
    }
    expect(dropped()).to.deep.equal([]);
  });

  it("leaves alone what is no push to the branch, and answers nothing else", async () => {
    const other = JSON.stringify(push({ ref: "refs/heads/other" }));
    expect(await send(other, { "x-gitea-signature": sign(other) })).to.equal(200);
    const removed = JSON.stringify(push({ after: "0".repeat(40) }));
    expect(await send(removed, { "x-gitea-signature": sign(removed) })).to.equal(200);
    const ping = JSON.stringify({ zen: "Keep it logically awesome." });
    const headers = { "x-github-event": "ping", "x-hub-signature-256": `sha256=${sign(ping)}` };
    expect(await send(ping, headers)).to.equal(200);
    expect((await fetch(url)).status).to.equal(405);
    expect((await fetch(`${url}spool`, { method: "POST" })).status).to.equal(404);
    expect(dropped()).to.deep.equal([]);
  });

  it("lets a flood drop no more than its places hold, and answers afterwards", async () => {
    expect(await send(plain())).to.equal(202);
    const forged = Array.from({ length: 300 }, () => send(plain(), { "x-gitea-signature": "0" }));
    const replayed = Array.from({ length: 300 }, () => send(plain()));
    const statuses = new Set(await Promise.all([...forged, ...replayed]));
    expect([...statuses].filter((status) => ![401, 409, 503].includes(status))).to.deep.equal([]);
    expect(dropped()).to.deep.equal([`stage.${commit}`]);
    const fresh = (index: number) => plain({ commit: index.toString(16).padStart(40, "0") });
    for (let index = 1; index <= 7; index++) expect(await send(fresh(index))).to.equal(202);
    expect(await send(fresh(8))).to.equal(503);
    expect(dropped()).to.have.length(8);
    rmSync(join(directory, "spool", `stage.${commit}`));
    expect(await send(fresh(8))).to.equal(202); // one that was turned away may come again
  });

  it("logs nothing that is secret, and nothing that anybody could have sent", async () => {
    const body = plain({ token: "canary-in-body" });
    await send(body);
    await send(body, { "x-onebox-signature": "f".repeat(64), authorization: "canary-in-header" });
    await fetch(`${url}?canary-in-url`, { method: "POST" });
    expect(log).to.have.length(3);
    expect(log.join("\n")).not.to.match(/canary|signature":|[0-9a-f]{64}/);
    expect(log[0]).to.include(commit);
  });
});
