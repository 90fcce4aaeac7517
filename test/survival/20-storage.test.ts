import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { FAULTS, type Fault, FaultyObjects, faults } from "../../cli/local-cloud/faulty-objects.ts";
import { readObjects } from "../../cli/local-cloud/objects-login.ts";
import { readBackups } from "../../cli/vm/answers.ts";
import { Webhook } from "../backups/webhook.ts";
import { amount } from "../support/sample.ts";
import { until } from "../support/until.ts";
import type { Load } from "../traffic/load/load.ts";
import { begin, end, expectWrites, scene, stage } from "./scene.ts";

/** How long each fault lasts by the clock of the alarm: an hour in all. */
const lasts = 720;
/** And how many seconds it takes of this computer's. */
const seconds = amount("ONEBOX_STORAGE_SECONDS", 30);
const clock = `#!/bin/bash
now=$(/bin/date +%s)
case $* in +%s) echo $((now + LATER)) ;; *) exec /bin/date "$@" ;; esac
`;
const late = "its log is not stored; the newest writes would be lost with the VM";

describe("under load for an hour, storage that", () => {
  const webhook = new Webhook();
  let door: string;
  let proxy: FaultyObjects;
  let load: Load;
  let images: string[];

  before("puts a faulty storage before the VM's", async () => {
    images = await stage.images(2);
    const found = readObjects(stage.clone.directory);
    if (found === undefined) throw new Error("the local cloud has no object storage");
    const { endpoint: host, port: usual, ca } = found;
    proxy = new FaultyObjects(host, usual, dirname(ca));
    const [port] = await proxy.start();
    door = `http://${host}:${await webhook.start(host)}/`;
    await stage.onVm(`iptables -w -t nat -I PREROUTING -p tcp -d ${host} --dport ${usual} -j DNAT --to-destination ${host}:${port}
      install -d /run/later && echo ${Buffer.from(clock).toString("base64")} | base64 -d >/run/later/date && chmod +x /run/later/date`);
    // What the night does, or the restore before has begun, would meet a fault of the storage, and rightly be told; and
    // an alarm by the true clock that all is well. Each release starts the timers again.
    await stage.onVm(`for name in backup backup-full drill alarm; do
        install -d /run/systemd/system/onebox-$name@.timer.d
        printf '[Timer]\\nOnCalendar=\\nOnCalendar=2099-01-01\\n' >/run/systemd/system/onebox-$name@.timer.d/never.conf
      done
      systemctl daemon-reload`);
    const backing = "systemctl show --property ActiveState --value onebox-backup@stage.service";
    await until("no backup is made", 1500, async () => {
      return (await stage.onVm(backing)).trim() === "inactive";
    });
    load = await begin();
  });
  after(async () => {
    await load?.stop();
    proxy?.stop();
    webhook.stop();
  });

  /** Has the alarm look when its clock is so many seconds ahead; returns what it tells. */
  async function look(later: number): Promise<string[]> {
    webhook.told.length = 0;
    const file = "/opt/onebox/env/stage/backups/alarm-webhook"; // a release takes it away again
    await stage.onVm(`echo ${door} >${file}
      PATH=/run/later:$PATH LATER=${later} /opt/onebox/bin/alarm stage`);
    return [...webhook.told];
  }

  const state = async () => {
    const [found] = readBackups(await stage.onVm("/opt/onebox/bin/backups stage --json"));
    if (found === undefined) throw new Error("there are no backups");
    return found;
  };
  const log = async () =>
    Number(await stage.onVm("du -sm /mnt/onebox/stage/postgres/pgdata/pg_wal | cut -f 1"));

  it("works gives no alarm", async () => {
    await until("the log is stored", 120, async () => (await state()).waiting === 0);
    expect(await look(0)).to.deep.equal([]);
  });

  for (const fault of faults.filter((each) => each !== "slow")) {
    it(`${FAULTS[fault]} harms no release, fills no disk, and is told of within ten minutes`, async () => {
      await survive(fault);
    });
  }

  async function survive(fault: Fault): Promise<void> {
    const began = Date.now();
    const before = await log();
    proxy.set(fault);
    const serves = (await stage.serving()).image;
    const next = images.find((image) => image !== serves) ?? "";
    await stage.run("deploy.sh", "stage", "--image", next);
    await sleep(Math.max(0, began + seconds * 1000 - Date.now()));
    const real = (Date.now() - began) / 1000;
    const alarms: number[] = [];
    for (let minute = 5; minute * 60 <= lasts; minute += 5) {
      const texts = await look(Math.round(minute * 60 - real));
      if (texts.some((text) => text.startsWith(`backups of stage: ${late}`))) alarms.push(minute);
    }
    const { waiting, megabytes } = await state();
    const grown = (await log()) - before;
    const met = proxy.met.get(fault) ?? 0;
    console.log(
      `      ${FAULTS[fault]}: ${real.toFixed(0)} s, ${met} requests met it; told after ${alarms.join(", ")} min; ${waiting} segments (${megabytes} MB) wait, the log has grown by ${grown} MB`,
    );
    expect(met, "requests that met the fault").to.be.above(0);
    expect(alarms, "minutes at which it was told").to.have.length(1);
    expect(alarms[0]).to.be.at.most(10);
    // Three that are ended early, one each minute, and one that is under way; a full one for each 16 MB of changes.
    expect(waiting).to.be.at.most(5 + Math.ceil(real / 60));
    proxy.set(undefined);
    await until("the log is stored", 180, async () => (await state()).waiting === 0);
    // By now the next piece of the log may wait, as the alarm that looks each minute would see.
    const told: string[] = [];
    await until("the alarm tells", 180, async () => told.push(...(await look(0))) > 0);
    expect(told).to.deep.equal(["backups of stage: all is well again"]);
  }

  it("is back has all that was written, and no request has failed", async () => {
    const { samples, seen } = await end(load);
    expect(seen).to.include({ failed: 0, wrong: 0 });
    await expectWrites(load.run, samples, Number.POSITIVE_INFINITY);
    expect((await state()).dropped).to.equal(0);
    await sleep(1000);
    await stage.run("restore.sh", "stage", "--to", new Date().toISOString(), "--into", "look");
    const count = "SELECT count(*) FROM links";
    const copied = await stage.onVm(
      `docker exec onebox-stage-copy-look psql -U app -d app -Atc '${count}'`,
    );
    expect(copied).to.equal(await scene.sql(count));
    await stage.run("restore.sh", "stage", "--into", "look", "--remove");
    await stage.run("backup.sh", "drill", "stage");
  });
});
