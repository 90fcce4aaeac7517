import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { Run } from "../../support/clone.ts";
import { Stage } from "../../support/stage.ts";
import type { Vm } from "../../support/vm.ts";
import { type Sample, urlOf } from "../../traffic/load/plan.ts";

/** What scripts/status.sh --json says of an environment's backups. */
export interface Told {
  log: string | null;
  backup: string | null;
  drill: string | null;
  problems: string[];
}

/** Stage of a clone, on a VM of its local cloud, with backups or without. */
export class Scene {
  readonly stage: Stage;
  private readonly config: string;

  constructor(stage: Stage = new Stage()) {
    this.stage = stage;
    this.config = readFileSync(join(this.stage.clone.directory, "onebox.config.ts"), "utf8");
  }

  /** Commits the configuration with these backups; none: without. */
  configure(backups?: string): void {
    const changed = backups === undefined ? "" : `  backups: ${backups},\n`;
    this.stage.clone.write("onebox.config.ts", this.config.replace(/^ {2}backups:.*\n/m, changed));
    this.stage.clone.commit(changed === "" ? "Turn backups off" : "Back stage up");
  }

  /** Commits compose files with another image of the database. */
  takeDatabase(from: string, to: string): void {
    for (const file of ["docker-compose.yml", "host/backups/compose.yml"]) {
      const text = readFileSync(join(this.stage.clone.directory, file), "utf8");
      const tag = (image: string) => image.replace("postgres:", "");
      this.stage.clone.write(
        file,
        text.replace(from, to).replace(`database:${tag(from)}`, `database:${tag(to)}`),
      );
    }
    this.stage.clone.commit(`Take ${to}`);
  }

  /** Adds so many links, of a kilobyte each, and prints how large the database is. */
  async addLinks(rows: number): Promise<void> {
    await this.sql(
      `INSERT INTO links (slug, url) SELECT 'n' || n, 'https://load.invalid/' || n || repeat(md5(n::text), 28) FROM generate_series(1, ${rows}) n`,
    );
    const size = await this.sql("SELECT pg_size_pretty(pg_database_size('app'))");
    console.log(`      ${size}, ${rows} rows`);
  }

  /** What all links come to: it tells whether any of them is lost or changed. */
  sum(): Promise<string> {
    return this.sql("SELECT count(*), sum(hashtext(url)) FROM links");
  }

  /** The major version of Postgres that stage's database has. */
  major(): Promise<string> {
    return this.sql("SELECT current_setting('server_version_num')::int / 10000");
  }

  /** Runs a script that must end with this code. */
  async ends(code: number, script: string, ...args: string[]): Promise<Run> {
    const run = await this.stage.clone.run(script, args);
    expect(run.code, `scripts/${script} ${args.join(" ")}\n${run.output}`).to.equal(code);
    return run;
  }

  /** What scripts/status.sh says of stage's backups; undefined: it has none. */
  async told(): Promise<Told | undefined> {
    const { stdout } = await this.stage.run("status.sh", "--json");
    const rows = JSON.parse(stdout) as { environment: string; backups?: Told }[];
    return rows.find(({ environment }) => environment === "stage")?.backups;
  }

  /** Runs SQL in stage's database, as its superuser. */
  sql(text: string): Promise<string> {
    const psql = "psql -v ON_ERROR_STOP=1 -qAtX -U onebox -d app";
    return this.stage.onVm(`docker exec -i onebox-stage-database ${psql} <<'EOF'\n${text}\nEOF`);
  }
}

/** Shell that waits until the VM has a container of that name. */
export const whenThere = (container: string) =>
  `for n in $(seq 3000); do docker inspect ${container} >/dev/null 2>&1 && break; sleep 0.1; done`;

/** Deletes the server, and the volume with all data, through the cloud's API. */
export async function destroy(vm: Vm): Promise<void> {
  const { id, volumes } = await vm.server();
  const open = { delete: false };
  await vm.act("change_protection", { ...open, rebuild: false });
  for (const volume of volumes) await vm.actOn(`/volumes/${volume}`, "change_protection", open);
  await vm.ask("DELETE", `/servers/${id}`);
  for (const end = Date.now() + 60_000; ; await sleep(200)) {
    const { servers } = (await vm.ask("GET", "/servers")) as { servers: unknown[] };
    if (servers.length === 0) break;
    if (Date.now() > end) throw new Error("the server is not deleted within 60 s");
  }
  for (const volume of volumes) await vm.ask("DELETE", `/volumes/${volume}`);
}

/** Where the links lead to that were acknowledged before a moment; with `since`, not earlier than that. */
export function acknowledged(
  run: string,
  samples: Sample[],
  { before, since = 0 }: { before: number; since?: number },
): string[] {
  return samples
    .filter(
      ({ kind, status, done }) =>
        kind === "post" && status === 201 && done < before && done >= since,
    )
    .map(({ n }) => urlOf(run, n));
}

/** What is in the one and not in the other. */
export function missing(wanted: string[], found: string[]): string[] {
  const there = new Set(found);
  return wanted.filter((url) => !there.has(url));
}
