import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "../support/stage.ts";
import { type Facts, look } from "./look.ts";
import type { Notes } from "./notes.ts";
import { problemsOf } from "./problems.ts";
import { workers } from "./workers.ts";

/** How long it is waited for what a suite has left at work (ms): only there to end a hang. */
const patience = 60_000;

/** Puts a stage back to what it was when it was made, whatever a suite did to it; throws when that is in vain. */
export async function restore(stage: Stage, notes: Notes): Promise<void> {
  await putBack(stage, notes);
  // A visitor's last connection may still be closing.
  for (const end = performance.now() + patience; ; await sleep(500)) {
    const problems = problemsOf(await look(stage), notes);
    if (problems.length === 0) return;
    if (performance.now() > end)
      throw new Error(`the stage is not as it was:\n${problems.join("\n")}`);
  }
}

/** Does it, and does not look at what came of it. */
export async function putBack(stage: Stage, notes: Notes): Promise<void> {
  await endWorkers(stage.clone.directory);
  restoreClone(stage, notes);
  await stage.onVm(letGo);
  await atRest(stage);
  const found = await look(stage);
  if (problemsOf(found, notes).length === 0) return;
  await removeEnvironments(stage, found);
  await stage.onVm(tidy);
  await restoreRelease(stage, notes, found);
  await atRest(stage);
}

/** Ends scripts whose suite was killed; they tidy up after themselves. */
async function endWorkers(directory: string): Promise<void> {
  const told = new Set<number>(); // once: a second signal would have Terraform forget its state
  for (const end = performance.now() + patience; ; await sleep(200)) {
    const left = workers(directory);
    if (left.length === 0) return;
    if (performance.now() > end) throw new Error(`this does not end: ${left[0]?.command}`);
    for (const { pid } of left.filter(({ pid }) => !told.has(pid))) {
      told.add(pid);
      try {
        process.kill(pid, "SIGTERM");
      } catch {
        // it has ended meanwhile
      }
    }
  }
}

function restoreClone({ clone }: Stage, { branch, commit }: Notes): void {
  clone.git("checkout", "--quiet", "--force", "-B", branch, commit);
  clone.git("clean", "--quiet", "-ffd");
  const branches = clone.git("branch", "--format=%(refname:short)").split("\n");
  const others = branches.filter((name) => name !== branch);
  if (others.length > 0) clone.git("branch", "--quiet", "--delete", "--force", ...others);
}

/** Ends what holds something up: releases held at a step, locks of the database, disks that take nothing. */
const letGo = `
find /run/onebox -name 'hold.*' -delete
if findmnt -rno TARGET /var/lib/docker/tmp >/dev/null; then umount /var/lib/docker/tmp; fi
volume=$(readlink /mnt/onebox || echo /mnt/onebox)
if findmnt -rno OPTIONS "$volume" | grep -qE '^ro(,|$)'; then mount -o remount,bind,rw "$volume"; fi
docker exec onebox-stage-database psql -U app -d app -qAtc "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()" >/dev/null`;

/** What the VM's own commands do not take away. */
const tidy = `
for file in /root/beside/*/compose.yml; do if [ -e "$file" ]; then IMAGE=none RELEASE=none docker compose --progress quiet -f "$file" down; fi; done
rm -rf /root/beside /root/floor /opt/onebox/inbox/*
if [ -e /opt/onebox/routes/stage.maintenance.yml ]; then /opt/onebox/bin/maintenance stage off >/dev/null; fi
/opt/onebox/bin/tidy >/dev/null
rm -rf /opt/onebox/quarantine
docker exec onebox-stage-database psql -U app -d app -qc 'truncate links'`;

/** Waits until nothing is at work: on the VM, in the clone, at the edge. */
async function atRest(stage: Stage): Promise<void> {
  const units = `systemctl list-units --plain --no-legend --state=active,activating,deactivating 'onebox-release-*' 'onebox-settle*' 'onebox-drain-*' 'onebox-reap.service'`;
  for (const end = performance.now() + patience; ; await sleep(200)) {
    const busy = await stage.onVm(units);
    if (busy === "") return;
    if (performance.now() > end) throw new Error(`this does not come to an end:\n${busy}`);
  }
}

/** Takes down previews, and prod. */
async function removeEnvironments(stage: Stage, { rest }: Facts): Promise<void> {
  const there = rest
    .filter((line) => line.startsWith("environment "))
    .map((line) => line.slice("environment ".length));
  const slugs = await stage.onVm("/opt/onebox/bin/preview-list | cut -f 1");
  for (const slug of slugs.split("\n").filter(Boolean)) {
    await stage.onVm(`/opt/onebox/bin/operate preview-${slug} remove --wait 60`);
  }
  const previews = [...there, ...rest].some((line) => line.includes("preview-"));
  if (previews) {
    await stage.onVm("systemctl start onebox-reap.service");
    await stage.run("preview.sh", "list"); // forgets their states
  }
  if (there.includes("prod")) await stage.run("destroy.sh", "prod", "--data", "--yes");
}

/** One good release serves, and the history ends with it. */
async function restoreRelease(stage: Stage, notes: Notes, found: Facts): Promise<void> {
  const operate = (...args: string[]) =>
    stage.onVm(`/opt/onebox/bin/operate stage ${args.join(" ")} --wait 60 --by tests`);
  if (found.way.startsWith("canary")) await operate("rollback");
  const { serving } = found;
  const last = found.history.at(-1);
  const definition = (lines: string[]) => lines.find((line) => line.startsWith("server of "));
  const [image = ""] = notes.images;
  if (!notes.images.includes(serving.image))
    await stage.run("deploy.sh", "stage", "--image", image);
  else if (definition(found.rest) !== definition(notes.rest)) {
    await stage.run("deploy.sh", "stage", "--image", serving.image);
  } else if (last?.release !== serving.release || last.result !== "served") {
    await operate("rollback", "--to", serving.release); // it serves already, and history says so
  }
}
