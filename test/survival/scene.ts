import { expect } from "chai";
import { acknowledged, missing, Scene } from "../backups/vm/scene.ts";
import type { Stage } from "../support/stage.ts";
import { type Load, startLoad } from "../traffic/load/load.ts";
import type { Sample } from "../traffic/load/plan.ts";
import { type Tally, tally } from "../traffic/load/tally.ts";
import { backups, fill } from "./fill.ts";

/** How large the database is (MB). */
const megabytes = Number(process.env.ONEBOX_DATABASE_MB ?? "32");
/** So long may an answer take: a request is held for 30 s at most. */
const patience = 40_000;

export const scene = new Scene();
export const stage: Stage = scene.stage;

/** Deploys stage with backups, and a database of that size. What it deploys is stage's, once for all files. */
before("deploys stage with backups", async () => {
  scene.configure(backups);
  await stage.run("deploy.sh", "stage");
  await fill(scene, megabytes);
  await stage.run("backup.sh", "now", "stage");
  const size = await scene.sql("SELECT pg_size_pretty(pg_database_size('app'))");
  console.log(`    the database takes ${size}`);
});
after(() => stage.remove());

export async function begin(rate = 50): Promise<Load> {
  return startLoad({ address: await stage.vm.address(), host: stage.host, rate, patience });
}

/** Ends a load and says what visitors saw. */
export async function end(load: Load): Promise<{ samples: Sample[]; seen: Tally }> {
  const samples = await load.stop();
  const seen = tally(samples);
  const { sent, failed, wrong, failures, pause } = seen;
  console.log(
    `      ${sent} requests, ${failed} failed ${JSON.stringify(failures)}, ${wrong} wrong; nothing answered for ${(pause / 1000).toFixed(1)} s at most`,
  );
  return { samples, seen };
}

/**
 * The answers of 404 that a load got: the app's own, to those who follow a link that was acknowledged in the seconds which
 * are lost. One of Traefik's would say that it had no route.
 */
export function expectOwnNotFound(samples: Sample[]): void {
  const found = samples.filter(({ status }) => status === 404);
  const strange = found.filter(
    ({ kind, failure = "" }) => kind !== "follow" || !failure.includes('"title":"Not Found"'),
  );
  console.log(`      ${found.length} times the app did not know a link that is lost`);
  expect(strange).to.deep.equal([]);
}

/** Every write of a load that was acknowledged before a moment is in the database, and none is there twice. */
export async function expectWrites(run: string, samples: Sample[], before: number): Promise<void> {
  const urls = await stage.urlsOf(run);
  const due = acknowledged(run, samples, { before });
  console.log(`      ${due.length} acknowledged writes must be there; ${urls.length} are`);
  expect(due).to.not.have.length(0);
  expect(missing(due, urls)).to.deep.equal([]);
  expect(new Set(urls).size).to.equal(urls.length);
}
