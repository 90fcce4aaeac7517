import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { hostileValues } from "../fixtures/env/hostile.ts";
import { leftSecrets } from "../support/left-secrets.ts";
import { filesWithSecrets, tellsSecrets } from "../support/secrets-on-vm.ts";
import { canaries, clone, onVm, printed, run, seenArguments, serving } from "./rehearsal.ts";

/** Which canaries a text holds; none of them is printed in full. */
const found = (text: string) => canaries.filter((c) => text.includes(c)).map((c) => c.slice(0, 12));

/** The files below a directory that hold a canary. */
function filesWithCanaries(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return filesWithCanaries(path);
    return entry.isFile() && found(readFileSync(path, "latin1")).length > 0 ? [path] : [];
  });
}

describe("secrets", () => {
  it("are found where they belong, so that this test could fail", async () => {
    expect(canaries).to.have.length.above(4 * 15); // each in four forms
    const place = `/opt/onebox/env/stage/releases/${(await serving("stage")).release}`;
    const file = await onVm(`cat ${place}/environment.json`);
    expect(found(file)).to.have.length.above(1); // the database's, and the ones of the app's own variables
    expect(
      await onVm(`stat -c %a ${place}/environment.json ${place}/config.json /opt/onebox/env/stage`),
    ).to.equal("600\n600\n700");
  });

  it("reach the app's process byte by byte, and mean nothing to Onebox, Docker or compose", async () => {
    const { release } = await serving("stage");
    const container = (service: string, environment: string) =>
      `docker ps -q --filter label=com.docker.compose.project=onebox-${environment} --filter label=com.docker.compose.service=${service}`;
    const environmentOf = async (find: string) => {
      const process = `/proc/$(docker inspect -f '{{.State.Pid}}' $(${find}))/environ`;
      const text = Buffer.from(await onVm(`base64 -w 0 ${process}`), "base64").toString();
      const pairs = text.split("\0").map((pair) => /^([^=]*)=(.*)$/s.exec(pair)?.slice(1) ?? []);
      return Object.fromEntries(pairs);
    };
    const app = await environmentOf(
      `docker ps -q --filter label=onebox.environment=stage --filter label=onebox.release=${release}`,
    );
    expect(app).to.include({ ...hostileValues, LAST: "line", ONEBOX_ENVIRONMENT: "stage" });
    expect(app).to.include({ ONEBOX_RELEASE: release, PORT: "3000" });
    expect(app).not.to.have.any.keys("POSTGRES_PASSWORD"); // its owner's, which the app is not
    const database = await environmentOf(container("database", "stage"));
    expect(found(database.POSTGRES_PASSWORD ?? "")).to.have.length(1); // the first line of the file
    expect(app.DATABASE_URL).not.to.include(database.POSTGRES_PASSWORD);
    expect(database).to.include({ POSTGRES_USER: "app" });
    expect(database).not.to.have.any.keys("HASH", "DATABASE_URL", "COMPOSE_PROJECT_NAME");
    const prod = await onVm(`${container("blue", "prod")}; ${container("green", "prod")}`);
    expect(prod.trim()).not.to.equal("");
  });

  it("are not in what the scripts print, nor in any command line on this computer", () => {
    expect(found(printed.join("\n"))).to.deep.equal([]);
    expect(seenArguments.lines.size).to.be.above(50);
    expect(found([...seenArguments.lines].join("\n"))).to.deep.equal([]);
  });

  it("are not in state, logs, Terraform's data, the local cloud's records or cdktf.out", async () => {
    const { stdout: state } = await run(0, "terraform.sh", ["stage", "state", "pull"]);
    expect(state).to.include("null_resource");
    expect(found(state)).to.deep.equal([]);
    expect(filesWithCanaries(join(clone.directory, ".onebox"))).to.deep.equal([]);
    expect(filesWithCanaries(join(clone.directory, "cdktf.out"))).to.deep.equal([]);
  });

  it("are not in a saved plan", async () => {
    const plan = join(clone.directory, ".onebox/stage.plan");
    await run(0, "terraform.sh", ["stage", "plan", `-out=${plan}`, "-no-color"]);
    const { stdout } = await run(0, "terraform.sh", ["stage", "show", "-json", plan]);
    expect(stdout).to.include("null_resource");
    expect(found(stdout)).to.deep.equal([]);
  });

  it("are not in tracked files, nor in temporary files afterwards", () => {
    const tracked = clone.git("ls-files").split("\n");
    const holding = tracked.filter(
      (file) => found(readFileSync(join(clone.directory, file), "latin1")).length,
    );
    expect(holding).to.deep.equal([]);
    expect(leftSecrets()).to.deep.equal([]);
  });

  it("are not in the image's layers or its build history", async () => {
    const { image } = await serving("stage");
    const history = execFileSync("docker", [
      "history",
      "--no-trunc",
      image.replace(/@.*/, `:${(await serving("stage")).commit}`),
    ]);
    expect(found(history.toString())).to.deep.equal([]);
    expect(
      await canariesInImage(image.replace(/@.*/, `:${(await serving("stage")).commit}`)),
    ).to.deep.equal([]);
  });

  it("rest on the VM only in the env files and in Docker's records of the containers", async () => {
    const { all, unexpected } = await filesWithSecrets(onVm, canaries);
    expect(all.join("\n")).to.include("environment.json");
    expect(unexpected).to.deep.equal([]);
    expect(await tellsSecrets(onVm, canaries), "Docker's records, the journal").to.deep.equal([]);
  });
});

/** Streams `docker save`, whose layers are plain tar archives, past the canaries. */
function canariesInImage(image: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = spawn("docker", ["save", image], { stdio: ["ignore", "pipe", "inherit"] });
    const hits = new Set<string>();
    let tail = "";
    child.stdout.setEncoding("latin1").on("data", (chunk: string) => {
      const text = tail + chunk;
      for (const hit of found(text)) hits.add(hit);
      tail = text.slice(-200);
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve([...hits]) : reject(new Error(`docker save: ${code}`)),
    );
  });
}
