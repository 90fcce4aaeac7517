import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { Job } from "../../ci/job.ts";
import { reachesCloud } from "../../ci/reach.ts";
import { RefusedError } from "../../errors.ts";
import { loadProject } from "../../project.ts";
import { readPass } from "../../release-key/pass.ts";
import { removePath } from "../../remove.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../../session.ts";
import { setUp } from "../../set-up.ts";

const notes = `
Environment: ONEBOX_GPG_KEY, which scripts/ci-key.sh makes; or, in its place, ONEBOX_RELEASE_KEY, which opens no secret
and needs none. Output: ready, which is true; without either key, or while onebox.config.ts says cloud: "local", it is
false, and nothing is deployed.`;

export function define(command: Command, invocation: Invocation): void {
  command.addHelpText("after", notes).action((options: CommonOptions) => {
    const { ONEBOX_GPG_KEY: key, ...environment } = invocation.environment;
    const job = new Job(invocation);
    if (readPass(environment) !== undefined) return job.output("ready", "true");
    if (!key) {
      const how = "docs/pipeline.md says how to make it";
      job.notice(`no secret ONEBOX_GPG_KEY: nothing is deployed; ${how}`);
      return job.output("ready", "false");
    }
    // Programs get the key by their input only.
    const apart = { ...invocation, environment };
    return withSession(apart, options, (session) => unlock(session, key, job));
  });
}

async function unlock(session: Session, key: string, job: Job): Promise<void> {
  const { root, environment, configFile } = session;
  if (!reachesCloud(await loadProject(root, configFile), root)) {
    const how = "docs/hetzner.md says how to go on";
    job.notice(`onebox.config.ts says cloud: "local": nothing is deployed from here; ${how}`);
    return job.output("ready", "false");
  }
  await setUp(session, true, { cloud: "hetzner" }); // which brings gpg
  const home = join(environment.RUNNER_TEMP || tmpdir(), "onebox-gnupg");
  removePath(home);
  mkdirSync(home, { mode: 0o700 });
  await importKey(session, home, key);
  job.export("GNUPGHOME", home);
  job.output("ready", "true");
}

async function importKey({ processes }: Session, home: string, key: string): Promise<void> {
  const gpg = (args: string[], input = "") =>
    processes.run("gpg", ["--homedir", home, "--batch", ...args], { input, codes: "any" });
  const how = "make one with scripts/ci-key.sh";
  const imported = await gpg(["--quiet", "--import"], `${key}\n`);
  if (imported.code !== 0) throw new RefusedError(`ONEBOX_GPG_KEY is not a GPG key; ${how}`);
  const { stdout } = await gpg(["--list-secret-keys", "--with-colons"]);
  if (/^sec/m.test(stdout)) return;
  throw new RefusedError(`ONEBOX_GPG_KEY is only the public half of a key; ${how}`);
}
