import { expect } from "chai";
import type { Scene } from "./scene.ts";

/** Upgrades stage's database to a major version, with all of its data, which is backed up by what is new. */
export async function expectUpgrade(scene: Scene, major: string, held: string): Promise<void> {
  const { stage } = scene;
  const { seconds, output } = await stage.run("db.sh", "stage", "upgrade");
  console.log(`      upgraded within ${seconds.toFixed(0)} s: ${/after \d+ s/.exec(output)?.[0]}`);
  expect(await scene.major()).to.equal(major);
  expect(await scene.sum()).to.equal(held);
  await stage.run("backup.sh", "now", "stage");
  await stage.run("backup.sh", "drill", "stage");
  expect((await scene.told())?.problems).to.deep.equal([]);
}

/** Goes back to the data from before an upgrade, whatever was done since; they are backed up again. */
export async function expectWayBack(scene: Scene, major: string, held: string): Promise<void> {
  const { stage } = scene;
  await scene.sql("DELETE FROM links WHERE slug = 'n1'");
  const { seconds } = await stage.run("db.sh", "stage", "upgrade", "--back", "--yes");
  console.log(`      back within ${seconds.toFixed(0)} s`);
  expect(await scene.major()).to.equal(major);
  expect(await scene.sum()).to.equal(held);
  await stage.run("backup.sh", "now", "stage");
  expect((await scene.told())?.problems).to.deep.equal([]);
}
