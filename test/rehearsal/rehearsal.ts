import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { withHostileLines } from "../fixtures/env/hostile.ts";
import { watchArguments } from "../support/arguments.ts";
import { Clone, type Run, type RunOptions } from "../support/clone.ts";
import { plantCanaries, readSecrets, writeSecrets } from "../support/secrets.ts";

/** One row of `scripts/status.sh --json`. */
export interface Status {
  environment: string;
  address: string;
  image: string;
  release: string;
  commit: string;
  digest: string;
}

/** The clone that all rehearsal tests deploy from, one after another, in the order of their names. */
export const clone: Clone = new Clone();
/** Values of the clone's secrets, which must turn up nowhere. */
export const canaries: string[] = plantCanaries(clone);
/** Everything that any script printed, and every command line seen meanwhile. */
export const printed: string[] = [];
export const seenArguments = watchArguments();
writeSecrets(clone, { ".env.stage": withHostileLines(readSecrets(clone)[".env.stage"] ?? "") });
clone.commit("Use secrets of our own");

// At the end of all files, also when a test failed half-way.
after(async () => {
  seenArguments.stop();
  await clone.run("cloud.sh", ["reset", "--yes"]);
  clone.remove();
});

/** Runs a script of the clone and expects its exit code; the output explains a failure. */
export async function run(
  code: number,
  script: string,
  args: string[] = [],
  options?: RunOptions,
): Promise<Run> {
  const done = await clone.run(script, args, options);
  printed.push(done.output);
  expect(done.code, `scripts/${script} ${args.join(" ")}\n${done.output}`).to.equal(code);
  return done;
}

export async function status(environment: "stage" | "prod", options?: RunOptions): Promise<Status> {
  const { stdout } = await run(0, "status.sh", ["--json"], options);
  const rows = JSON.parse(stdout) as Status[];
  const row = rows.find((candidate) => candidate.environment === environment);
  if (row === undefined) throw new Error(`status has no row for ${environment}`);
  return row;
}

/** Commits a change of nothing but the page's heading. */
export function changeHeading(text: string): void {
  const page = readFileSync(join(clone.directory, "server/page.ts"), "utf8");
  clone.write("server/page.ts", page.replaceAll(/<h1>[^<$]*<\/h1>/g, `<h1>${text}</h1>`));
  clone.commit(`Change the heading: ${text}`);
}

/** Runs a command on the VM and returns what it printed. */
export async function onVm(command: string): Promise<string> {
  return (await run(0, "ssh.sh", [command])).stdout;
}

/** The running containers of an environment with the moment each was started. */
export async function containers(environment: "stage" | "prod"): Promise<string> {
  return onVm(
    `docker ps -q --no-trunc --filter label=com.docker.compose.project=onebox-${environment} | sort | xargs docker inspect --format '{{.Id}} {{.State.StartedAt}}'`,
  );
}

/** Directories with decrypted secrets, onebox.PID.XXXXXX, whose script has ended. */
export function leftSecrets(): string[] {
  return ["/dev/shm", "/tmp"].flatMap((directory) =>
    readdirSync(directory).filter((name) => {
      const [, pid] = /^onebox\.([0-9]+)\./.exec(name) ?? [];
      return pid !== undefined && !existsSync(`/proc/${pid}`);
    }),
  );
}

/** The curl line that a deploy printed, run as it stands. */
export function curlLine(output: string): string {
  const line = output.split("\n").find((candidate) => /^ {2}curl /.test(candidate));
  if (line === undefined) throw new Error(`no curl line in:\n${output}`);
  return line.trim();
}
