import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Clone, type Run } from "./clone.ts";
import { type Serving, servingOf } from "./serving.ts";
import { addSlowRoute } from "./slow-route.ts";
import { Vm } from "./vm.ts";

/** Where stage is asked, in the local cloud. */
export const stageHost = "stage.onebox.localhost";

/** Stage of a clone, with an app that also knows slow requests. */
export class Stage {
  readonly clone: Clone;
  readonly host: string = stageHost;
  private readonly deployed: string[];
  private machine: Vm | undefined;

  /** Of a clone of its own; or of one that is there, with the images that were deployed from it. */
  constructor(clone?: Clone, deployed: string[] = []) {
    this.clone = clone ?? new Clone();
    this.deployed = deployed;
    if (clone !== undefined) return;
    this.clone.lendPackages(); // the rehearsal installs its own, as a new user does
    addSlowRoute(this.clone);
  }

  /** Its VM, once there is one. */
  get vm(): Vm {
    this.machine ??= new Vm(this.clone.directory);
    return this.machine;
  }

  /** Runs a script of the clone; its output explains another exit code than 0. */
  async run(script: string, ...args: string[]): Promise<Run> {
    const run = await this.clone.run(script, args);
    if (run.code === 0) return run;
    throw new Error(`scripts/${script} ${args.join(" ")} ended with ${run.code}:\n${run.output}`);
  }

  /** Runs a command on the VM and returns what it printed. */
  onVm(command: string): Promise<string> {
    return this.vm.run(command);
  }

  /** What it serves, as its VM tells. */
  serving(): Promise<Serving> {
    return servingOf(this.vm, "stage");
  }

  /** Commits a change of nothing but a text, as a code-only change is, and returns the commit. */
  changeText(): string {
    const page = readFileSync(join(this.clone.directory, "server/page.ts"), "utf8");
    // Another one in each run: the builder knows those of runs before.
    const text = `Links, text of ${Date.now()}`;
    this.clone.write("server/page.ts", page.replace(/<h1>[^<$]*<\/h1>/, `<h1>${text}</h1>`));
    return this.clone.commit(`Change the text: ${text}`);
  }

  /** So many images of different commits, which are deployed when there are fewer yet. */
  async images(count: number): Promise<string[]> {
    while (this.deployed.length < count) {
      this.changeText();
      await this.run("deploy.sh", "stage");
      this.deployed.push((await this.serving()).image);
    }
    return this.deployed.slice(0, count);
  }

  /** Where the links of a load lead to, one entry for each row of the database. */
  async urlsOf(run: string): Promise<string[]> {
    const sql = `SELECT url FROM links WHERE url LIKE 'https://load.invalid/${run}/%'`;
    const rows = await this.onVm(
      `docker exec onebox-stage-database psql -U app -d app -Atc "${sql}"`,
    );
    return rows.split("\n").filter(Boolean);
  }

  /** What Traefik noted last of requests that it did not answer with success. */
  async edgeTrouble(): Promise<string> {
    const log = await this.onVm(
      `docker logs onebox-traefik 2>&1 | grep -E '"DownstreamStatus":(4|5)' | tail -n 10 || true`,
    );
    const lines = log.split("\n").filter((line) => line.startsWith("{"));
    return lines
      .map((line) => JSON.parse(line))
      .map((entry) => {
        const { StartUTC, RequestMethod, RequestPath, DownstreamStatus, ServiceName } = entry;
        const ms = Math.round(entry.Duration / 1e6);
        const from = `${ServiceName} ${entry.ServiceAddr}`;
        return `edge: ${StartUTC} ${RequestMethod} ${RequestPath} ${DownstreamStatus} from ${from}, its own ${entry.OriginStatus}, ${ms} ms`;
      })
      .join("\n");
  }

  /** Takes the clone's cloud down and removes the clone. */
  async remove(): Promise<void> {
    await this.clone.run("cloud.sh", ["reset", "--yes"]);
    this.clone.remove();
  }
}
