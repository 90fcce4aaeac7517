import { expect } from "chai";
import type { Scene } from "./scene.ts";

/** Another major version, of Debian's own packages; made on the VM, as if it had been pulled. */
const next = "postgres:18-trixie";
const dockerfile = `FROM postgres:17.11-trixie
RUN echo 'deb [check-valid-until=no] http://deb.debian.org/debian sid main' >/etc/apt/sources.list.d/sid.list \\
  && apt-get update && apt-get install -y --no-install-recommends postgresql-18 && rm -rf /var/lib/apt/lists/* \\
  && sed -i "s/^#listen_addresses = .*/listen_addresses = '*'/" /usr/share/postgresql/18/postgresql.conf.sample
ENV PG_MAJOR=18 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/18/bin
`;

/** Commits compose files with Postgres 18, whose image the VM has. */
export async function takeEighteen(scene: Scene): Promise<void> {
  await scene.stage.onVm(`docker build -q -t ${next} - <<'EOF'\n${dockerfile}EOF`);
  scene.takeDatabase("postgres:17.11-trixie", next);
}

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
