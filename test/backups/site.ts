import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { load } from "js-yaml";
import { renderBackups } from "../../cli/release/backups.ts";
import { type Backups, readBackups } from "../../cli/vm/answers.ts";
import { root } from "../../config/load.ts";
import { cutPower } from "../support/kill-tree.ts";
import { label } from "../support/label.ts";
import { buildImage, imageWith } from "./image.ts";
import { programs, stubs } from "./programs.ts";
import { docker, type Storage } from "./storage.ts";

const execute = promisify(execFile);

/** An environment's database with its backups, on this computer: host/backups as it is, in a directory of its own. */
export class Site {
  readonly environment = `backups${process.pid}`;
  readonly place: string = mkdtempSync(join(tmpdir(), "onebox-backups-"));
  readonly image: string;
  readonly key = "the key of these tests, at least 32 letters".replaceAll(" ", "-");
  check = "SELECT count(*) >= 0 FROM links";
  /** Words of the database's command, beside those of host/backups/compose.yml. */
  words: string[] = [];
  keep = { days: 7, weeks: 4 };
  /** Where alarms go; empty: nowhere. */
  webhook = "";
  /** By how many seconds the clock of its programs is ahead. */
  later = 0;
  private readonly storage: Storage;
  private readonly more: string;

  /** @param more further lines of its image's Dockerfile */
  constructor(storage: Storage, more = "") {
    this.storage = storage;
    this.more = more;
    this.image = imageWith(more);
    const places = {
      "/opt/onebox": join(this.place, "opt"),
      "/mnt/onebox": join(this.place, "mnt"),
      "/run/onebox": join(this.place, "run"),
    };
    mkdirSync(join(this.place, "programs"));
    for (const [name, text] of Object.entries(programs))
      writeFileSync(join(this.place, "programs", name), text, { mode: 0o700 });
    const host = join(this.place, "opt/host");
    cpSync(join(root, "host"), host, { recursive: true });
    for (const [name, text] of Object.entries(stubs)) writeFileSync(join(host, name), text);
    for (const path of ["opt/bin", `mnt/${this.environment}/postgres`, `run/${this.environment}`])
      mkdirSync(join(this.place, path), { recursive: true });
    for (const name of readdirSync(host, { recursive: true }) as string[]) {
      const file = join(host, name);
      if (statSync(file).isDirectory()) continue;
      const text = Object.entries(places).reduce(
        (left, [from, to]) => left.replaceAll(from, to),
        readFileSync(file, "utf8"),
      );
      writeFileSync(file, text);
      if (extname(name) === "") {
        chmodSync(file, 0o700);
        symlinkSync(file, join(this.place, "opt/bin", basename(name)));
      }
    }
  }

  get container(): string {
    return `onebox-${this.environment}-database`;
  }

  /** The environment's directory on the volume. */
  get data(): string {
    return join(this.place, "mnt", this.environment);
  }

  async start(): Promise<void> {
    this.configure();
    buildImage(this.image, this.more);
    docker(
      "run",
      "--detach",
      ...label(),
      "--name",
      `onebox-${this.environment}-blue`,
      "--entrypoint",
      "sleep",
      this.image,
      "infinity",
    );
    await this.startDatabase();
    await this.sql("CREATE ROLE onebox SUPERUSER LOGIN", "app");
    await this.sql("CREATE TABLE links (id serial PRIMARY KEY, url text)");
  }

  /** Brings the configuration as a release does; what is changed comes last. */
  configure(changes: Record<string, string> = {}): void {
    const { objects, login } = this.storage;
    if (objects === undefined) throw new Error("the storage is not there");
    const files = renderBackups(this.environment, {
      settings: {
        bucket: objects.bucket,
        location: "nbg1",
        keep: this.keep,
        local: true,
        check: this.check,
      },
      objects,
      secrets: { ...login, key: this.key, notify: this.webhook, mail: undefined },
      name: "tests",
      volumeSize: 4,
    });
    const release = join(this.place, "opt/env", this.environment, "releases/r1");
    mkdirSync(release, { recursive: true });
    writeFileSync(join(release, "release.env"), "ONEBOX_REQUESTS_SECONDS=1\n");
    for (const [name, text] of Object.entries(files)) {
      const changed = Object.entries(changes).reduce(
        (left, [option, value]) =>
          left.replace(new RegExp(`^${option}=.*$`, "m"), `${option}=${value}`),
        text,
      );
      writeFileSync(join(release, name), changed);
    }
    this.bash("use_settings r1");
  }

  /** As docker-compose.yml and host/backups/compose.yml have it. */
  async startDatabase(): Promise<void> {
    const overlay = load(readFileSync(join(root, "host/backups/compose.yml"), "utf8")) as {
      services: { database: { command: string[]; healthcheck: { test: [string, string] } } };
    };
    const [, health] = overlay.services.database.healthcheck.test;
    const command = overlay.services.database.command.map((word) =>
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is compose's
      word.replace("${ONEBOX_ENVIRONMENT}", this.environment).replaceAll("$$", "$"),
    );
    const settings = join(this.place, "opt/env", this.environment, "backups");
    docker(
      ...["run", "--detach", ...label(), "--name", this.container, "--stop-signal", "SIGINT"],
      ...["--label", "com.docker.compose.config-hash=made-by-a-test", "--cap-drop", "ALL"],
      ...["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"].flatMap((each) => [
        "--cap-add",
        each,
      ]),
      ...["--volume", `${settings}:/etc/pgbackrest:ro`, "--env", "POSTGRES_PASSWORD=tests"],
      ...["--volume", `${join(this.data, "postgres")}:/var/lib/postgresql/data`],
      ...["--env", "PGDATA=/var/lib/postgresql/data/pgdata", "--env", "POSTGRES_USER=app"],
      ...["--health-cmd", health.replaceAll("$$", "$"), "--health-interval", "1s"],
      ...[this.image, ...command, ...this.words],
    );
    await this.untilReady();
  }

  async untilReady(): Promise<void> {
    const probe = [
      "exec",
      this.container,
      "psql",
      "-h",
      "127.0.0.1",
      "-U",
      "app",
      "-c",
      "SELECT 1",
    ];
    for (const end = Date.now() + 120_000; ; await sleep(200)) {
      const ready = await execute("docker", probe).then(
        () => true,
        () => false,
      );
      if (ready) return;
      if (Date.now() > end)
        throw new Error(
          `Postgres does not answer: ${docker("logs", "--tail", "5", this.container)}`,
        );
    }
  }

  /** The environment of its programs. */
  private get env(): NodeJS.ProcessEnv {
    const { PATH } = process.env;
    const [, testLabel] = label();
    const before = { PATH: `${join(this.place, "programs")}:${PATH}`, AFTER: PATH };
    return { ...process.env, ...before, LABEL: testLabel, LATER: `${this.later}` };
  }

  /** Runs one of host/backups' programs. */
  async run(program: string, ...args: string[]): Promise<{ code: number; output: string }> {
    const file = join(this.place, "opt/bin", program);
    try {
      const { env } = this;
      const { stdout, stderr } = await execute(file, [this.environment, ...args], { env });
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  }

  /** Starts one of them, and ends it with all that it has started, as systemd does. */
  begin(program: string, ...args: string[]): { end(): Promise<void> } {
    const file = join(this.place, "opt/bin", program);
    const { env } = this;
    const child = spawn(file, [this.environment, ...args], { stdio: "ignore", env });
    const ended = once(child, "exit");
    return {
      end: async () => {
        if (child.pid !== undefined) cutPower(child.pid, "SIGTERM");
        await ended;
      },
    };
  }

  async must(program: string, ...args: string[]): Promise<string> {
    const { code, output } = await this.run(program, ...args);
    if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  }

  /** Runs shell with what host/backups' programs source. */
  bash(shell: string): string {
    const sources = [
      "lib/environment",
      "release/database",
      "backups/backups",
      "backups/files",
      "backups/recover",
      "backups/timers",
      "backups/begin",
    ]
      .map((name) => `. ${join(this.place, "opt/host", name)}.sh`)
      .join("; ");
    return execFileSync("bash", ["-c", `environment=${this.environment}; ${sources}; ${shell}`], {
      stdio: ["ignore", "pipe", "inherit"],
      env: this.env,
    }).toString();
  }

  async status(): Promise<Backups> {
    const [state] = readBackups(await this.must("backups", "--json"));
    if (state === undefined) throw new Error("there are no backups");
    return state;
  }

  /** In the live database, or in a copy. */
  async sql(text: string, role = "onebox", container = this.container): Promise<string> {
    const psql = ["psql", "-v", "ON_ERROR_STOP=1", "-qAtX", "-U", role, "-d", "app", "-c", text];
    return (await execute("docker", ["exec", container, ...psql])).stdout.trim();
  }

  copy(name: string): string {
    return `onebox-${this.environment}-copy-${name}`;
  }

  /** Nothing is left of the VM: neither the database nor its data. */
  vanish(): void {
    docker("kill", this.container);
    docker("rm", "--force", "--volumes", this.container);
    execFileSync("rm", ["-rf", this.data]);
    mkdirSync(this.data);
  }

  remove(): void {
    const names = docker("ps", "--all", "--quiet", "--filter", `name=^onebox-${this.environment}-`);
    if (names !== "") docker("rm", "--force", "--volumes", ...names.split("\n"));
    rmSync(this.place, { recursive: true, force: true });
  }
}
