import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import { expect } from "chai";
import { dataLogin } from "../../cli/release/data-login.ts";
import { canPull } from "../../cli/rotate/registry.ts";
import type { Run } from "../support/clone.ts";
import { readSecrets, useOtherKeys, writeSecrets } from "../support/secrets.ts";
import { Stage } from "../support/stage.ts";
import { compareLedger } from "../traffic/load/ledger.ts";
import { type Load, startLoad } from "../traffic/load/load.ts";
import { tally } from "../traffic/load/tally.ts";
import { PrivateRegistry } from "./private-registry.ts";

describe("every key and password, exchanged under a load", () => {
  let stage: Stage;
  let load: Load | undefined;
  let registry: PrivateRegistry | undefined;
  let old: Record<string, string | undefined>;
  let oldUrl: URL;
  let keys: string;
  let address: string;
  const secrets = () => {
    const files = readSecrets(stage.clone);
    return { ...parseEnv(files[".env"] ?? ""), ...parseEnv(files[".env.stage"] ?? "") };
  };
  const run = async (input: string, ...args: string[]): Promise<Run> => {
    const done = await stage.clone.run("rotate.sh", args, { input });
    expect(done.code, done.output).to.equal(0);
    return done;
  };

  before("deploys stage", async () => {
    keys = mkdtempSync(join(tmpdir(), "onebox-keys-"));
    stage = new Stage();
    useOtherKeys(stage.clone);
    stage.clone.commit("Use keys of our own");
    await stage.run("deploy.sh", "stage");
    ({ address } = await stage.serving());
    old = secrets();
    oldUrl = new URL(old.DATABASE_URL ?? "");
    load = startLoad({ address, host: stage.host, rate: 25 });
    await sleep(2000);
  });
  after(async () => {
    await load?.stop();
    registry?.remove();
    await stage?.remove();
    rmSync(keys, { recursive: true, force: true });
  });

  it("has a new value, and a login of the database of its own", async () => {
    const before = await stage.serving();
    const { output } = await run("", "all");
    const now = secrets();
    for (const key of ["DEPLOY_KEY", "HOST_CA_KEY", "HASH_SALT", "WEBHOOK_SECRET", "DATABASE_URL"])
      expect(now[key], key).to.not.equal(old[key]);
    expect(new URL(now.DATABASE_URL ?? "").username).to.match(/^app_[0-9a-f]{8}$/);
    expect((await stage.serving()).release).to.not.equal(before.release);
    expect(output).to.match(/✓ old-login .*the database of stage refuses app/);
  });

  it("the VM lets the old deploy key in no more", async () => {
    const tries = (value = "") => {
      const file = join(keys, "key");
      rmSync(file, { force: true });
      execFileSync("sh", ["-c", `umask 077; base64 -d >${file}`], { input: value });
      const options = ["BatchMode=yes", "StrictHostKeyChecking=no", "IdentitiesOnly=yes"];
      const args = [...options, "UserKnownHostsFile=/dev/null"].flatMap((each) => ["-o", each]);
      try {
        execFileSync("ssh", ["-i", file, ...args, `root@${address}`, "true"], { stdio: "pipe" });
        return "let in";
      } catch (error) {
        return `${(error as { stderr: Buffer }).stderr}`;
      }
    };
    expect(tries(secrets().DEPLOY_KEY)).to.equal("let in");
    expect(tries(old.DEPLOY_KEY)).to.match(/Permission denied/);
  });

  /** What comes of a login from a container beside the app. */
  const logIn = (user: string, password: string) =>
    stage.onVm(
      `docker run --rm --network onebox-stage-data -e PGPASSWORD=${password} --entrypoint psql postgres:17.11-trixie -h db -U ${user} -d app -Atc 'select current_user' 2>&1 || true`,
    );

  it("the database lets the old login in no more", async () => {
    const { username, password } = new URL(secrets().DATABASE_URL ?? "");
    const now = dataLogin({ name: username, password });
    expect(await logIn(now.name, now.password)).to.equal("app_data");
    const before = { name: oldUrl.username, password: oldUrl.password };
    for (const login of [before, dataLogin(before), { name: username, password }])
      expect(await logIn(login.name, login.password)).to.match(/password authentication failed/);
  });

  it("a second exchange refuses the first one's login", async () => {
    const first = new URL(secrets().DATABASE_URL ?? "");
    await run("", "database");
    const { name, password } = dataLogin({ name: first.username, password: first.password });
    expect(await logIn(name, password)).to.match(/password authentication failed/);
  });

  it("a rollback to before makes its login good again, and says so", async () => {
    const { release } = await stage.serving();
    const { output } = await stage.run("rollback.sh", "stage");
    expect(output).to.match(/has another login of the database/);
    await stage.run("deploy.sh", "stage");
    expect((await stage.serving()).release.split("-")[1]).to.equal(release.split("-")[1]);
  });

  it("the registry takes the new token from the VM, and the old one from nobody", async () => {
    registry = new PrivateRegistry(stage.clone.directory);
    const token = registry.add("one");
    const env = (readSecrets(stage.clone)[".env"] ?? "")
      .replace(/^REGISTRY_PULL_USER=.*$/m, "REGISTRY_PULL_USER=one")
      .replace(/^REGISTRY_PULL_TOKEN=.*$/m, `REGISTRY_PULL_TOKEN=${token}`);
    writeSecrets(stage.clone, { ".env": env });
    registry.open();
    const { image } = await stage.serving();
    const wrong = await stage.clone.run("rotate.sh", ["registry"], { input: "two:guess\n" });
    expect(wrong.code, wrong.output).to.equal(2);
    const fresh = registry.add("two");
    await run(`two:${fresh}\n`, "registry");
    registry.takeBack();
    const files = await stage.onVm("cat /opt/onebox/env/stage/releases/*/config.json");
    expect(files).to.include(Buffer.from(`two:${fresh}`).toString("base64"));
    expect(files).to.not.include(Buffer.from(`one:${token}`).toString("base64"));
    const { release } = await stage.serving();
    const pull = `DOCKER_CONFIG=/opt/onebox/env/stage/releases/${release} docker pull -q ${image}`;
    expect(await stage.onVm(pull)).to.equal(image);
    expect(await canPull(image, { user: "one", password: token })).to.equal(false);
    expect(secrets().REGISTRY_PULL_USER).to.equal("two");
  });

  it("failed no request", async () => {
    await sleep(3000); // the slow ones of the last switch
    const samples = (await load?.stop()) ?? [];
    const { sent, failed, wrong, p50, p99, pause, examples } = tally(samples);
    const ms = [p50, p99, pause].map(Math.round);
    console.log(
      `      ${sent} requests, ${failed} failed, p50 ${ms[0]} ms, p99 ${ms[1]} ms, longest pause ${ms[2]} ms`,
    );
    expect([failed, wrong], examples.join("\n")).to.deep.equal([0, 0]);
    const { run: name } = load as Load;
    const { lost, doubled } = compareLedger(name, samples, await stage.urlsOf(name));
    expect([lost, doubled]).to.deep.equal([[], []]);
  });
});
