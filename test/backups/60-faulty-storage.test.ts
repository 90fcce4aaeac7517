import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { FAULTS, type Fault, FaultyObjects, faults } from "../../cli/local-cloud/faulty-objects.ts";
import { amount } from "../support/sample.ts";
import { begin, end, site, storage } from "./scene.ts";
import { Webhook } from "./webhook.ts";
import { Writer } from "./writer.ts";

/** Minutes that each fault lasts by the alarm's clock: an hour in all; and how many seconds of this computer's. */
const minutes = 12;
const seconds = amount("ONEBOX_STORAGE_SECONDS", 30);
const late = "its log is not stored; the newest writes would be lost with the VM";

describe("for an hour of writes, storage that", () => {
  const webhook = new Webhook();
  let proxy: FaultyObjects;
  let writer: Writer;

  before(async () => {
    await begin();
    const { endpoint = "", port = 0 } = storage.objects ?? {};
    proxy = new FaultyObjects(endpoint, port, storage.place);
    site.webhook = `http://127.0.0.1:${await webhook.start("127.0.0.1")}/`;
    const [faulty] = await proxy.start();
    site.configure({ "repo1-storage-port": `${faulty}` });
    await site.must("backup", "full");
    await site.must("drill");
    expect(await look(0)).to.deep.equal([]);
    writer = new Writer(site.container);
  });
  after(() => {
    webhook.stop();
    proxy?.stop();
    end();
  });

  /** What the alarm tells when its clock is so many seconds ahead. */
  async function look(later: number): Promise<string[]> {
    webhook.told.length = 0;
    site.later = Math.round(later);
    await site.must("alarm");
    site.later = 0;
    return [...webhook.told];
  }

  async function stored(): Promise<void> {
    for (const last = Date.now() + 240_000; (await site.status()).waiting !== 0; await sleep(500))
      if (Date.now() > last) throw new Error("the log is not stored within 240 s");
  }

  for (const fault of faults.filter((each) => each !== "slow")) {
    it(`${FAULTS[fault]} does not fill the disk, and is told of within ten minutes`, () =>
      survive(fault));
  }

  async function survive(fault: Fault): Promise<void> {
    const began = Date.now();
    proxy.set(fault);
    await sleep(seconds * 1000);
    const took = () => (Date.now() - began) / 1000;
    const alarms: number[] = [];
    for (let minute = 5; minute <= minutes; minute += 5) {
      const texts = await look(Math.max(0, minute * 60 - took()));
      if (texts.join().includes(late)) alarms.push(minute);
    }
    const { waiting, megabytes } = await site.status();
    const real = took();
    const met = proxy.met.get(fault) ?? 0;
    console.log(
      `      ${real.toFixed(0)} s, ${met} requests met it, told after ${alarms.join(" and ")} minutes; ${waiting} segments wait (${megabytes} MB)`,
    );
    expect(met, "requests that met the fault").to.be.above(0);
    expect(alarms, "minutes after which it was told").to.have.length(1);
    // Three that were ended early, one that was being stored, one that serves the last; else one in a minute.
    expect(waiting).to.be.at.most(5 + Math.ceil(real / 60));
    proxy.set(undefined);
    await stored();
    expect(await look(0)).to.deep.equal([`backups of ${site.environment}: all is well again`]);
  }

  it("is back has all that was written, and none of it was given up", async () => {
    const writes = await writer.stop();
    const moment = new Date(Date.now() + 50).toISOString();
    await sleep(100);
    expect((await site.status()).dropped).to.equal(0);
    await site.must("database-copy", "look", "--time", moment);
    const sql = "SELECT count(*), count(DISTINCT id), max(id) FROM links";
    const copied = await site.sql(sql, "onebox", site.copy("look"));
    const last = Math.max(...writes.map(({ id }) => id));
    expect(copied).to.equal([writes.length, writes.length, last].join("|"));
    console.log(`      ${writes.length} writes`);
    await site.must("database-copy", "look", "--remove");
    await site.must("drill");
  });
});
