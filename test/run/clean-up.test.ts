import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { cleanUp } from "./clean-up.ts";
import { leftPlaces, makePlace } from "./place.ts";
import { startOf } from "./processes.ts";

const docker = (...args: string[]) =>
  execFileSync("docker", args, { stdio: "pipe" }).toString().trim();
const lives = (pid: number) => startOf(pid) !== undefined;

describe("what is left of a run", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-left-"));
  });
  afterEach(() => cleanUp(directory));

  /** A shell that was started from the directory, as suites are; it says its process's number, then goes on. */
  async function start(script: string, env = {}): Promise<number> {
    const child: ChildProcess = spawn("bash", ["-c", `${script}\n: go on, and do not exec`], {
      env: { ...process.env, TMPDIR: directory, ...env },
      stdio: ["ignore", "pipe", "ignore"],
      detached: true,
    });
    child.unref();
    const [line] = await once(child.stdout as NodeJS.ReadableStream, "data");
    return Number(line);
  }

  it("is no process: not a daemon, not one that hears no SIGTERM, not one without an environment", async () => {
    const pids = [
      await start("echo $$; sleep 1000"),
      await start("trap '' TERM; echo $$; while :; do sleep 1; done"),
      await start("setsid sh -c 'echo $$; exec sleep 1000'"),
      await start(`exec env -i bash -c 'cd ${directory}; echo $$; sleep 1000'`),
      await start("env -i bash -c 'echo $$; sleep 1000'; sleep 1000"), // known by its parent
    ];
    expect(pids.map(lives)).to.deep.equal([true, true, true, true, true]);
    await cleanUp(directory);
    expect(pids.map(lives)).to.deep.equal([false, false, false, false, false]);
    expect(existsSync(directory)).to.equal(false);
  });

  it("is a process of somebody else's, whose directory has a name that begins alike", async () => {
    const other = await start("echo $$; sleep 1000", { TMPDIR: `${directory}2` });
    await cleanUp(directory);
    expect(lives(other)).to.equal(true);
    process.kill(-other);
  });

  it("is nothing in Docker: neither what tests label nor what a cloud has made; others' stays", async () => {
    const id = `test${process.pid}`;
    const data = join(directory, "3/a path/onebox-test-clone/.onebox/cloud"); // as deep as any test puts it
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, "cloud.json"), `{\n  "id": "${id}",\n  "driver": "docker"\n}\n`);
    const inside = join(directory, "3");
    const labels = [`onebox.test=${inside}`, `onebox.cloud=${id}`, `onebox.test=${directory}2`];
    const names = labels.map((_, index) => `onebox-left-${id}-${index}`);
    for (const [index, name] of names.entries()) {
      const label = ["--label", labels[index] ?? ""];
      docker("network", "create", ...label, name);
      docker("volume", "create", ...label, name);
      const run = [
        "run",
        "--detach",
        "--name",
        name,
        "--network",
        name,
        "--volume",
        `${name}:/data`,
      ];
      docker(...run, ...label, "debian:trixie-slim", "sleep", "1000");
    }
    docker("volume", "create", `onebox-${id}-registry`);
    const there = () =>
      docker("ps", "--all", "--format", "{{.Names}}")
        .split("\n")
        .concat(
          docker("network", "ls", "--format", "{{.Name}}").split("\n"),
          docker("volume", "ls", "--quiet").split("\n"),
        )
        .filter((name) => name.includes(id));
    expect(there()).to.have.length(10);
    try {
      await cleanUp(directory);
      expect(there()).to.deep.equal([names[2], names[2], names[2]]);
    } finally {
      docker("rm", "--force", names[2] ?? "");
      docker("network", "rm", names[2] ?? "");
      docker("volume", "rm", names[2] ?? "");
    }
  });

  it("stays known where Docker does not answer, for who comes after", async () => {
    const data = join(directory, "onebox-test-clone/.onebox/cloud");
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, "cloud.json"), `{\n  "id": "test${process.pid}"\n}\n`);
    const { DOCKER_HOST } = process.env;
    process.env.DOCKER_HOST = `unix://${directory}/nobody.sock`;
    try {
      const done = await cleanUp(directory).then(
        () => "done",
        (error: Error) => error.message,
      );
      expect(done).to.match(/^Docker does not answer/);
      expect(existsSync(join(data, "cloud.json"))).to.equal(true);
    } finally {
      if (DOCKER_HOST === undefined) delete process.env.DOCKER_HOST;
      else process.env.DOCKER_HOST = DOCKER_HOST;
    }
  });

  it("is removed when the run is killed", async () => {
    const program = `
      import { spawn } from "node:child_process";
      import { makePlace } from "${import.meta.dirname}/place.ts";
      const place = makePlace("${tmpdir()}");
      spawn(process.execPath, ["${import.meta.dirname}/janitor.ts", place], { stdio: ["pipe", "inherit", "inherit"], detached: true });
      const child = spawn("sleep", ["1000"], { env: { TMPDIR: place }, stdio: "ignore", detached: true });
      console.log(place, child.pid);
      setInterval(() => {}, 1000);`;
    const run = spawn(process.execPath, ["--input-type=module-typescript", "-e", program]);
    const [line] = await once(run.stdout, "data");
    const [place = "", pid] = String(line).trim().split(" ");
    expect(existsSync(place)).to.equal(true);
    expect(lives(Number(pid))).to.equal(true);
    run.kill("SIGKILL");
    // The process is a zombie until the computer's first one has taken notice.
    const left = () => existsSync(place) || lives(Number(pid));
    for (const end = Date.now() + 90_000; left() && Date.now() < end; ) await sleep(100);
    expect([existsSync(place), lives(Number(pid))]).to.deep.equal([false, false]);
  });

  it("is found by the next run when nobody could remove it, and what a living one has is not", () => {
    const own = makePlace(directory);
    const dead = join(directory, "onebox-1");
    mkdirSync(dead);
    writeFileSync(join(dead, "owner"), "another start than this process's");
    const gone = join(directory, "onebox-4194305"); // no process has such a number
    mkdirSync(gone);
    mkdirSync(join(directory, "onebox-test-x"));
    expect(leftPlaces(directory).sort()).to.deep.equal([dead, gone]);
    expect(readFileSync(join(own, "owner"), "utf8")).to.equal(startOf(process.pid));
    rmSync(own, { recursive: true });
  });
});
