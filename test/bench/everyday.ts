import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Stage } from "../support/stage.ts";

/** What people wait for every day, in seconds. */
export interface Everyday {
  /** scripts/setup.sh when everything is here. */
  setup: number;
  /** scripts/deploy.sh stage when nothing has changed. */
  again: number;
  /** scripts/status.sh. */
  status: number;
  /** A commit of one TypeScript file and one script, with the git hooks. */
  commit: number;
}

/** Measures it in the stage's clone, whose commits run the hooks from then on. */
export async function measureEveryday(stage: Stage): Promise<Everyday> {
  await stage.run("deploy.sh", "stage"); // brings what has changed since the last one
  const again = await stage.run("deploy.sh", "stage");
  await stage.run("status.sh");
  const status = await stage.run("status.sh");
  await stage.run("setup.sh");
  const setup = await stage.run("setup.sh");
  await stage.run("hooks.sh", "install");
  const { clone } = stage;
  const files = ["server/page.ts", "scripts/logs.sh"];
  for (const file of files) {
    const remark = file.endsWith(".ts") ? "\n// A remark.\n" : "\n# A remark.\n";
    clone.write(file, readFileSync(join(clone.directory, file), "utf8") + remark);
  }
  clone.git("add", ...files);
  const started = performance.now();
  clone.git("commit", "--quiet", "--no-gpg-sign", "--message", "Remark");
  const commit = (performance.now() - started) / 1000;
  return { setup: setup.seconds, again: again.seconds, status: status.seconds, commit };
}
