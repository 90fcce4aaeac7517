import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Clone } from "../support/clone.ts";
import { addSlowRoute } from "../support/slow-route.ts";
import { Stage } from "../support/stage.ts";
import { look } from "./look.ts";
import { forgetNotes, type Notes, readNotes, writeNotes } from "./notes.ts";
import { disown, own } from "./owner.ts";
import { problemsOf } from "./problems.ts";
import { putBack, restore } from "./restore.ts";

/** A stage that a suite has, with what it was when it was made. */
export interface Lease {
  stage: Stage;
  notes: Notes;
}

const say = (line: string) => console.error(`    stage: ${line}`);

/** Makes a stage that suites can share, in that directory or in a new one; returns the directory. */
export async function prepareStage(directory?: string): Promise<string> {
  const place = directory ?? mkdtempSync(join(tmpdir(), "onebox-stage-"));
  if (readNotes(place) === undefined) await make(place);
  return place;
}

/** Takes the cloud down and removes the directory. */
export async function removeStage(directory: string): Promise<void> {
  await empty(directory);
  rmSync(directory, { recursive: true, force: true });
}

/** The stage in a directory for this process alone, as it was made; one that cannot be put back is made anew. */
export async function takeStage(directory: string): Promise<Lease> {
  mkdirSync(join(directory, ".onebox"), { recursive: true });
  const { killed } = own(directory);
  const notes = readNotes(directory);
  if (notes !== undefined) {
    const stage = new Stage(new Clone(directory), notes.images);
    try {
      const problems = killed ? ["its last user was killed"] : problemsOf(await look(stage), notes);
      if (problems.length > 0) {
        say(`is put back:\n      ${problems.join("\n      ")}`);
        await restore(stage, notes);
      }
      return { stage, notes };
    } catch (error) {
      say(`could not be put back, so it is made anew: ${(error as Error).message}`);
      forgetNotes(directory);
    }
  }
  const made = await make(directory);
  own(directory);
  return made;
}

/** Puts the stage back for the next one; one that cannot be put back is an error, and is made anew by the next one. */
export async function giveBack({ stage, notes }: Lease): Promise<void> {
  const { directory } = stage.clone;
  try {
    await restore(stage, notes);
  } catch (error) {
    forgetNotes(directory);
    throw error;
  } finally {
    disown(directory);
  }
}

/** Makes a stage from nothing: a cloud, a VM, three good images and two releases. */
async function make(directory: string): Promise<Lease> {
  await empty(directory);
  const clone = new Clone(directory);
  clone.lendPackages();
  addSlowRoute(clone);
  makeRoom(clone);
  waitLess(clone);
  const images: string[] = [];
  const stage = new Stage(clone, images);
  stage.changeText();
  await stage.run("deploy.sh", "stage");
  images.push((await stage.serving()).image);
  for (const _ of ["second", "third"]) {
    stage.changeText();
    const { stdout } = await stage.run("image.sh");
    images.push(stdout.trim().split("\n").at(-1) ?? "");
  }
  const { output } = await stage.run("deploy.sh", "stage", "--image", images[1] ?? "");
  const deploySteps = [...output.matchAll(/✓ (\w+)/g)].map(([, name = ""]) => name);
  await stage.onVm(`docker pull --quiet ${images[2]}; systemctl start onebox-reap.service`);
  const branch = clone.git("rev-parse", "--abbrev-ref", "HEAD");
  const commit = clone.git("rev-parse", "HEAD");
  const notes: Notes = { branch, commit, images, deploySteps, rest: [] };
  await putBack(stage, notes);
  notes.rest = (await look(stage)).rest;
  const problems = problemsOf(await look(stage), notes);
  if (problems.length > 0)
    throw new Error(`the new stage is not in order:\n${problems.join("\n")}`);
  await writeNotes(directory, notes);
  return { stage, notes };
}

/** Gives previews room: many, each of them small. */
function makeRoom(clone: Clone): void {
  const small = 'previews: { memory: "128m", max: 40,';
  clone.replace("onebox.config.ts", 'previews: { memory: "256m",', small);
  clone.commit("Make room for previews");
}

/** Ends connections that are used sooner: whoever replaces Traefik waits until it has none. */
function waitLess(clone: Clone): void {
  clone.replace("traefik/traefik.yml", "keepAliveMaxTime: 30s", "keepAliveMaxTime: 5s");
  clone.commit("Keep connections for less time");
}

/** Takes down what a directory has, which stays. */
async function empty(directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true });
  const entries = readdirSync(directory);
  if (entries.includes("scripts")) await new Clone(directory).run("cloud.sh", ["reset", "--yes"]);
  for (const name of entries) rmSync(join(directory, name), { recursive: true, force: true });
}
