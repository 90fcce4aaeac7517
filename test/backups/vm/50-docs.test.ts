import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect } from "chai";
import { readObjects } from "../../../cli/local-cloud/objects-login.ts";
import { Bucket } from "../../../cli/objects/bucket.ts";
import { listVersions } from "../../../cli/objects/versions.ts";
import { destroy, Scene } from "./scene.ts";

const execute = promisify(execFile);

/** The commands of a page, by its headings, as they stand there; remarks behind them are left out. */
function commandsIn(page: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let heading = "";
  let inside = false;
  for (const line of page.split("\n").map((each) => each.trim())) {
    if (line.startsWith("## ")) heading = line.slice(3);
    else if (line.startsWith("```")) inside = line === "```sh";
    else if (inside) {
      const command = line.replace(/ {2,}# .*/, "");
      found.set(heading, [...(found.get(heading) ?? []), command]);
    }
  }
  return found;
}

describe("what to do with backups, word for word as docs/ say:", () => {
  const scene = new Scene();
  const { stage } = scene;
  const { clone } = stage;
  const sql = (text: string) =>
    stage.onVm(
      `docker exec onebox-prod-database psql -v ON_ERROR_STOP=1 -qAtX -U onebox -d app -c "${text}"`,
    );
  const kept = () => sql("SELECT count(*) FROM links WHERE slug = 'kept'");
  let backup: string;

  before("deploys stage and prod, backed up", async () => {
    scene.configure(
      `{ bucket: "backups", location: "nbg1", check: "SELECT count(*) >= 0 FROM links" }`,
    );
    clone.write("hooks/anonymise.sql", "UPDATE links SET url = 'https://example.com/';\n");
    clone.commit("Say what is anonymous");
    for (const environment of ["stage", "prod"]) await stage.run("deploy.sh", environment);
    await sql("INSERT INTO links (slug, url) VALUES ('kept', 'https://load.invalid/kept')");
    for (const environment of ["stage", "prod"]) await stage.run("backup.sh", "now", environment);
    const { stdout } = await stage.run("backup.sh", "list", "prod");
    backup = /^\d{8}-\d{6}F/m.exec(stdout)?.[0] ?? "";
  });
  after(() => stage.remove());

  /** Runs a command at a terminal, with a moment of just now, a backup and a login that are there; says yes when it asks. */
  async function follow(command: string, moment = new Date().toISOString()): Promise<void> {
    await sleep(1500);
    const filled = command
      .replace(/\d{4}-\d\d-\d\dT[\d:]+Z/, moment)
      .replace(/\d{8}-\d{6}F/, backup)
      .replace(/~\/owner\.env|\bFILE\b/, ".onebox/cloud/objects/owner.env");
    const answer = / (load|copy) /.test(command) ? "stage" : / all /.test(command) ? "all" : "prod";
    const typed = / shell/.test(command) ? "SELECT count(*) FROM links;\n\\q\n" : `${answer}\n`;
    const running = execute("script", ["-qec", filled, "/dev/null"], {
      cwd: clone.directory,
      maxBuffer: 1 << 24,
    });
    running.child.stdin?.write(typed);
    const ended = await running.catch((error: { stdout: string }) => {
      throw new Error(`${filled}:\n${error.stdout}`);
    });
    running.child.stdin?.end();
    console.log(`      ${filled}: ${ended.stdout.trim().split("\n").at(-1)?.trim()}`);
  }

  const page = (name: string) =>
    commandsIn(readFileSync(join(clone.directory, "docs", name), "utf8"));
  const needed = (commands: string[] | undefined): string[] => {
    if (commands === undefined) throw new Error("the page has no such part");
    return commands;
  };

  const emergency = page("emergency.md");
  const part = (heading: string) => needed(emergency.get(heading));

  it("data were deleted by mistake", async () => {
    for (const command of part("Data were deleted or changed by mistake")) await follow(command);
    expect(await kept()).to.equal("1");
  });

  it("the database does not start", async () => {
    await stage.onVm(
      "rm /mnt/onebox/prod/postgres/pgdata/global/pg_control; kill -9 $(docker inspect -f '{{.State.Pid}}' onebox-prod-database)",
    );
    for (const command of part("The database does not start")) await follow(command);
    expect(await kept()).to.equal("1");
  });

  it("the server and its volume are gone: prod comes first", async () => {
    await sleep(12_000);
    await destroy(stage.vm);
    for (const command of part("The server is gone, or its volume, or both")) await follow(command);
    expect(await kept()).to.equal("1");
    await stage.run("deploy.sh", "stage", "--from-backup");
  });

  it("it is to be another server, somewhere else", async () => {
    const commands = part("It is to be another server, or somewhere else");
    const deploys = commands.filter((command) => command.includes("--from-backup"));
    for (const command of commands.filter((each) => !deploys.includes(each))) await follow(command);
    const config = readFileSync(join(clone.directory, "onebox.config.ts"), "utf8");
    const server = `  server: { type: "cx33", location: "nbg1", image: "docker-ce", volumeSize: 12 },`;
    clone.write("onebox.config.ts", config.replace(/^ {2}server: .*$/m, server));
    clone.commit("Take another server");
    for (const command of deploys) await follow(command);
    expect(await kept()).to.equal("1");
  });

  it("a thief has deleted what was stored", async () => {
    const objects = readObjects(clone.directory);
    if (objects === undefined) throw new Error("the local cloud has no object storage");
    const { owner, vm, ...where } = objects;
    const bucket = { ...where, region: "local", bucket: "backups" };
    await stage.run("backup.sh", "now", "prod"); // the new server's first one may be under way
    const before = new Date().toISOString();
    await sleep(1500);
    const stored = await listVersions(new Bucket(bucket, owner), "onebox/backup/prod/");
    const keys = stored.filter(({ latest, deleted }) => latest && !deleted).map(({ key }) => key);
    expect(keys).to.not.have.length(0);
    for (const key of keys) await new Bucket(bucket, vm).must("DELETE", { key });
    await scene.ends(1, "backup.sh", "drill", "prod");
    for (const command of part("Somebody has taken over the server")) await follow(command, before);
    await stage.run("backup.sh", "drill", "prod");
  });

  it("leaves nothing of docs/emergency.md out", () => {
    expect([...emergency.keys()]).to.have.length(5);
  });

  it("docs/backups.md", async () => {
    for (const command of [...page("backups.md").values()].flat())
      if (!/ upgrade$/.test(command)) await follow(command); // with another image: the tests before this one
  });
});
