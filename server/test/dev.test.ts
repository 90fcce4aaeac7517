import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";

const server = join(import.meta.dirname, "..");
const heading = "<h1>Another heading</h1>";

describe("npm run dev", function () {
  this.timeout(300_000);
  let directory: string;
  let child: ChildProcess;
  let output: string;
  let ended: Promise<number | null>;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-dev-test-"));
    const filter = (path: string) => !/\/(test|node_modules)$/.test(path);
    cpSync(server, join(directory, "server"), { recursive: true, filter });
    symlinkSync(join(server, "../node_modules"), join(directory, "node_modules"));
  });
  afterEach(async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(directory, { recursive: true });
  });

  function start(env: Record<string, string> = {}): void {
    const { DATABASE_URL, PORT, ...rest } = process.env;
    child = spawn(process.execPath, [join(directory, "server/dev/main.ts")], {
      env: { ...rest, ...env },
    });
    output = "";
    child.stdout?.on("data", (data) => (output += data));
    child.stderr?.on("data", (data) => (output += data));
    ended = once(child, "exit").then(([code]) => code as number | null);
  }

  async function until<T>(what: string, find: () => T | Promise<T>): Promise<NonNullable<T>> {
    for (const end = Date.now() + 120_000; Date.now() < end; await sleep(50)) {
      const found = await Promise.resolve(find()).catch(() => undefined);
      if (found) return found;
    }
    throw new Error(`not so after two minutes: ${what}\n${output}`);
  }
  const address = () =>
    until("the app is ready", () => /✓ app +(http:\S+)/.exec(output)?.[1]) as Promise<string>;
  const page = async (url: string) => (await fetch(url)).text();
  const gone = (url: string) =>
    until(`${url} is gone`, () => page(url).then(...([() => false, () => true] as const)));
  const container = () => /onebox-dev-[0-9a-f]{8}/.exec(output)?.[0] ?? "none";
  const containers = () =>
    execFileSync("docker", [
      "ps",
      "--all",
      "--quiet",
      "--filter",
      `name=${container()}`,
    ]).toString();

  it("serves the app, shows a change, runs a new migration, and leaves nothing after Ctrl-C", async () => {
    start();
    const url = await address();
    expect(await page(url))
      .to.include("/traefik")
      .and.not.to.include(heading);
    expect(containers()).not.to.equal("");

    const file = join(directory, "server/page.ts");
    writeFileSync(file, readFileSync(file, "utf8").replace(/<h1>.*<\/h1>/, heading));
    await until("the page is new", async () => (await page(url)).includes(heading));

    const migration = "20991231000000_create_notes.ts";
    writeFileSync(
      join(directory, "server/migrations", migration),
      `export const up = (knex) => knex.schema.createTable("notes", (table) => table.increments());
       export const down = (knex) => knex.schema.dropTable("notes");`,
    );
    await until("the migration has run", () => output.includes(`migrate: ${migration} applied`));

    child.kill("SIGINT");
    expect(await ended).to.equal(0);
    expect(containers()).to.equal("");
    await gone(url);
  });

  it("goes on after a mistake, as soon as it is mended", async () => {
    start();
    const url = await address();
    const file = join(directory, "server/app.ts");
    const right = readFileSync(file, "utf8");
    writeFileSync(file, `${right}\nconst a mistake`);
    await until("the mistake is shown", () => /SyntaxError|a mistake/.test(output));
    await gone(url);
    writeFileSync(file, right);
    await until("it is mended", async () => (await page(url)).includes("/traefik"));
  });

  it("leaves nothing when it is killed, and takes a free port when its own is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    try {
      start({ PORT: String(port) });
      const url = await address();
      expect(url).not.to.include(`:${port}`);
      child.kill("SIGKILL");
      await gone(url);
      await until("the container is gone", () => containers() === "");
    } finally {
      other.close();
    }
  });

  it("without Docker uses the Postgres that is installed, or says that there is none", async () => {
    const servers = () =>
      execFileSync("ps", ["-eo", "pid,args"])
        .toString()
        .split("\n")
        .filter((line) => line.includes(` -D ${directory}/`));
    chmodSync(directory, 0o711); // Postgres runs as a user of its own, where this is root
    start({ TMPDIR: directory, DOCKER_HOST: "unix:///nowhere/docker.sock" });
    const installed = await until("it has found out", () =>
      /✓ database +(\/\S+\/postgres) |dev: no Postgres: .*\n$/.exec(output),
    );
    if (installed[1] === undefined) {
      expect(await ended).to.equal(1);
      return;
    }
    expect(await page(await address())).to.include("/traefik");
    expect(servers()).not.to.deep.equal([]);
    child.kill("SIGTERM");
    expect(await ended).to.equal(0);
    expect(servers()).to.deep.equal([]);
  });

  for (const [variable, value, code, line] of [
    ["PORT", "many", 2, 'dev: PORT must be a whole number up to 65535, not "many"'],
    [
      "DATABASE_URL",
      "postgres://127.0.0.1:1/none",
      1,
      "dev: the database of DATABASE_URL does not",
    ],
  ] as const) {
    it(`refuses ${variable}=${value} in one line`, async () => {
      start({ [variable]: value });
      expect(await ended).to.equal(code);
      expect(output.trim().split("\n").at(-1)).to.include(line);
      expect(output).not.to.include("    at ");
    });
  }
});
