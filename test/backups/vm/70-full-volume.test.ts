import { expect } from "chai";
import type { Run } from "../../support/clone.ts";
import { until } from "../../support/until.ts";
import { Scene, whenThere } from "./scene.ts";
import { takeEighteen } from "./upgrade.ts";

const filler = "/mnt/onebox/filler";
/** Leaves so many megabytes of the volume; the last ones are root's, who has them until nothing is left. */
const leave = (megabytes: number) =>
  `rm -f ${filler}; free=$(df -BM --output=avail /mnt/onebox | tail -n 1 | tr -dc 0-9)
  fallocate -l $((free - ${megabytes}))M ${filler}`;
const brim = `${leave(0)}; dd if=/dev/zero of=${filler}.more bs=1M 2>/dev/null || true`;
const empty = `rm -f ${filler} ${filler}.more`;

describe("stage, on a volume that is full,", () => {
  const scene = new Scene();
  const { stage } = scene;
  let held: string;
  let there: string;
  /** What lies beside its data but the directory of copies, which stays; and what runs. */
  const beside = () =>
    stage.onVm("ls -I copies /mnt/onebox/stage; docker ps -a --format '{{.Names}}' | sort");

  before("deploys it, backed up", async () => {
    scene.configure(`{ bucket: "backups", location: "nbg1" }`);
    await stage.run("deploy.sh", "stage");
    await scene.addLinks(200_000);
    held = await scene.sum();
    await stage.run("backup.sh", "now", "stage");
    await takeEighteen(scene);
    there = await beside();
  });
  after(() => stage.remove());
  afterEach("has room again, and serves what it had", async () => {
    await stage.onVm(empty);
    await until("stage's database goes on", 120, async () => {
      const sum = await scene.sum().catch(() => undefined);
      const asked = "SELECT setting FROM pg_settings WHERE name = 'default_transaction_read_only'";
      return sum === held && (await scene.sql(asked)) === "off";
    });
    await until("nothing is under way", 120, async () => (await beside()) === there).catch(
      () => {},
    );
    expect(await beside()).to.equal(there);
    expect(await scene.major()).to.equal("17");
    expect((await stage.run("maintenance.sh", "stage", "status")).output).to.include("not in");
  });

  const works: [string, string, string[]][] = [
    ["a drill", "backup.sh", ["drill", "stage"]],
    ["a restore", "restore.sh", ["stage", "--yes"]],
    ["a copy", "restore.sh", ["stage", "--into", "look"]],
    ["an upgrade", "db.sh", ["stage", "upgrade"]],
  ];

  for (const [name, script, args] of works)
    it(`refuses ${name}, and says what helps`, async () => {
      await stage.onVm(leave(700));
      const { output } = await scene.ends(1, script, ...args);
      expect(output).to.match(/the volume has \d+ MB left, .* MB; enlarge server.volumeSize/);
    });

  /** Begins it, fills the volume when that container is there, and waits for the end. */
  async function fill(container: string, script: string, args: string[]): Promise<Run> {
    const working = stage.clone.run(script, args);
    await stage.onVm(`${whenThere(container)}
${brim}`);
    return await working;
  }

  const workers: Record<string, string> = {
    "a drill": "onebox-stage-drill",
    "a restore": "onebox-stage-restore",
    "a copy": "onebox-stage-copy-look",
    "an upgrade": "onebox-stage-newer",
  };
  for (const [name, script, args] of works)
    it(`ends ${name} under which it has become so, to the last byte`, async () => {
      const { code, output } = await fill(workers[name] ?? "", script, args);
      expect(code, output).to.equal(1);
      expect(output, output).to.match(/volume has \d+ MB left/);
    });
});
