import { createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import { expect } from "chai";
import type { ReleaseRecord } from "../../cli/vm/releases.ts";
import { readSecrets } from "../support/secrets.ts";
import { changeHeading, clone, onVm, request, run, serving } from "./ways.ts";

describe("the webhook deployer", () => {
  const config = ["--config", "test/fixtures/webhook.config.ts"];
  let secret: string;
  let address: string;
  let commit: string;
  let body: string;

  /** Sends a body through the VM's public address, signed as Forgejo or in the plain form. */
  async function send(text: string, key: string, form = "forgejo"): Promise<number> {
    const hash = createHmac("sha256", key).update(text).digest("hex");
    const signature = form === "forgejo" ? hash : `sha256=${hash}`;
    const headers = { host: "hooks.onebox.localhost", [`x-${form}-signature`]: signature };
    return new Promise((resolve, reject) => {
      httpRequest({ host: address, port: 80, method: "POST", headers, timeout: 60_000 })
        .on("response", (answer) => resolve(answer.resume().statusCode ?? 0))
        .on("error", reject)
        .end(text);
    });
  }
  const seconds = () => Math.floor(Date.now() / 1000);
  const released = async () => {
    const { stdout } = await run(0, "releases.sh", ["stage", "--json"]);
    return (JSON.parse(stdout) as ReleaseRecord[]).filter(({ by }) => by === "webhook").length;
  };

  before(async () => {
    await run(0, "deploy.sh", ["stage"]); // with the secrets and the configuration of now
    secret = parseEnv(readSecrets(clone)[".env"] ?? "").WEBHOOK_SECRET ?? "";
    ({ address } = await serving("stage"));
  });

  it("is off until it is switched on", async () => {
    expect((await request("stage", "/", { host: "hooks.onebox.localhost" })).status).to.equal(404);
    const { output } = await run(2, "webhook.sh", ["on"]);
    expect(output).to.match(/onebox\.config\.ts: webhook is missing/);
    await run(0, "webhook.sh", ["on", ...config]);
    expect((await request("stage", "/", { host: "hooks.onebox.localhost" })).status).to.equal(405);
  });

  it("releases the image of the commit that was pushed, under the name that a deploy gives it", async () => {
    changeHeading("Released by a webhook");
    commit = clone.git("rev-parse", "HEAD");
    const { stdout } = await run(0, "image.sh");
    const digest = stdout.trim().split("@")[1];
    body = JSON.stringify({
      ref: "refs/heads/main",
      after: commit,
      repository: { full_name: "acme/shop" },
      head_commit: { timestamp: new Date().toISOString() },
    });
    expect(await send(body, "another secret")).to.equal(401);
    expect(await send(body, secret)).to.equal(202);
    expect(await send(body, secret)).to.equal(409);
    const deadline = Date.now() + 600_000;
    while ((await serving("stage")).commit !== commit && Date.now() < deadline) await sleep(500);
    const served = await serving("stage");
    expect(served).to.include({ commit, digest });
    expect((await request("stage", "/")).body).to.include("Released by a webhook");
    await run(0, "deploy.sh", ["stage"]);
    expect((await serving("stage")).release).to.equal(served.release);
  });

  it("refuses all others, and a flood of them, and none of those deploys", async () => {
    const plain = (changes: object = {}) =>
      JSON.stringify({ environment: "stage", commit, time: seconds(), ...changes });
    const answer = (text: string) => send(text, secret, "onebox");
    expect(await answer(plain({ time: seconds() - 301 }))).to.equal(403);
    expect(await answer(plain({ environment: "prod" }))).to.equal(404);
    expect(await answer(plain({ commit: "main" }))).to.equal(400);
    expect(await answer("{")).to.equal(400);
    expect(await answer(plain({ padding: "x".repeat(1 << 20) }))).to.equal(413);
    const flood = await Promise.all(Array.from({ length: 100 }, () => send(body, secret)));
    const statuses = new Set(flood);
    expect([...statuses]).to.include(429);
    expect([...statuses].filter((status) => ![409, 429, 503].includes(status))).to.deep.equal([]);
    expect(await released()).to.equal(1);
  });

  it("gives its container no way to have anything else done", async () => {
    const { release } = await serving("stage");
    const names = [`prod.${commit}`, "stage.main", "stage.$(reboot)"];
    const make = names.map((name) => `touch '/opt/onebox/webhook/spool/${name}'`).join("; ");
    await onVm(`${make}; ln -s /etc/passwd /opt/onebox/webhook/spool/stage.${"a".repeat(41)}`);
    const deadline = Date.now() + 60_000;
    const left = () => onVm("ls -A /opt/onebox/webhook/spool");
    while ((await left()) !== "" && Date.now() < deadline) await sleep(200);
    expect(await left()).to.equal("");
    expect(await onVm("test -s /etc/passwd && echo kept")).to.equal("kept");
    expect((await serving("stage")).release).to.equal(release);
    const inside = await onVm(
      "docker inspect -f '{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{range .Mounts}}{{.Destination}} {{end}}' onebox-webhook",
    );
    const mounts = /^node true \[ALL\] (.*)$/.exec(inside)?.[1]?.split(" ").sort();
    expect(mounts, inside).to.deep.equal(
      ["secret", "seen", "spool"].map((n) => `/run/webhook/${n}`),
    );
  });

  it("logs what came and nothing secret; nor do environment or state hold the secret", async () => {
    const told = await onVm(
      "docker logs onebox-webhook 2>&1; docker inspect onebox-webhook; journalctl -q -o cat -u onebox-webhook.service",
    );
    expect(told).to.include('"status":401').and.include('"status":202').and.include(commit);
    expect(told).not.to.include(secret);
    expect(told).not.to.match(/signature":/);
  });

  it("is gone after off", async () => {
    await run(0, "webhook.sh", ["off", ...config]);
    expect((await request("stage", "/", { host: "hooks.onebox.localhost" })).status).to.equal(404);
    expect(await send(body, secret)).to.equal(404);
    expect(await onVm("ls -d /opt/onebox/webhook 2>/dev/null || echo gone")).to.equal("gone");
    expect(await onVm("docker ps -aq --filter name=onebox-webhook")).to.equal("");
  });
});
