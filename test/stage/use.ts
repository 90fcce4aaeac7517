import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stage } from "../support/stage.ts";
import type { Notes } from "./notes.ts";
import { giveBack, type Lease, removeStage, takeStage } from "./stages.ts";

/** Where the stage is that the suites of a run share; without it, a suite makes one and removes it. */
const shared = process.env.ONEBOX_TEST_STAGE;

/** The stage of this suite, from its first test to its last, and what it was before. */
export let stage: Stage;
export let notes: Notes;
let lease: Lease | undefined;
let spent = false;

/** From now on the stage cannot be put back to what it was: it is removed, and the next suite makes another one. */
export function spend(): void {
  spent = true;
}

before("takes the stage", async function () {
  this.timeout(900_000);
  lease = await takeStage(shared || mkdtempSync(join(tmpdir(), "onebox-stage-")));
  ({ stage, notes } = lease);
});

after("gives the stage back", async function () {
  this.timeout(600_000);
  if (lease === undefined) return;
  if (shared && !spent) await giveBack(lease);
  else await removeStage(lease.stage.clone.directory);
});
