import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Store } from "../../store/store.ts";
import { type Host, type Hosts, startHosts, until } from "../support/hosts.ts";
import { launch } from "../support/process.ts";

const GIB = 2 ** 30;
const FORMATS = ["ext4", "xfs"];
const QUOTA = readFileSync(new URL("support/quota.py", import.meta.url), "utf8");
const MAY_GROW = "echo $((0x$(sed -n 's/^CapBnd:.//p' /proc/self/status) >> 24 & 1))";

/** Files that loop devices of this computer stand for. */
const backingFiles = () =>
  readdirSync("/sys/block").flatMap((name) => {
    try {
      return [readFileSync(`/sys/block/${name}/loop/backing_file`, "utf8").trim()];
    } catch {
      return []; // it is none, or stands for nothing
    }
  });

describe("volumes of real servers", () => {
  let hosts: Hosts;
  let first: Host;
  let second: Host;
  /** By the file system that each was made with. */
  const volumes = new Map<string, number>();

  const id = (format: string) => volumes.get(format) ?? 0;
  const point = (format: string) => `/mnt/HC_Volume_${id(format)}`;
  const device = (format: string) => `/dev/disk/by-id/scsi-0HC_Volume_${id(format)}`;
  const attach = (format: string, host: Host, automount = true) =>
    hosts.api.act(`/volumes/${id(format)}/actions/attach`, { server: host.id, automount });
  const bytes = async (format: string) =>
    Number(await first.ssh.run(`blockdev --getsize64 ${device(format)}`));
  /** What its file system has room for, in GiB. */
  const room = async (format: string) =>
    Number(await first.ssh.run(`df -B1 --output=size ${point(format)} | tail -n 1`)) / GIB;

  before(async () => {
    hosts = await startHosts();
    for (const format of [...FORMATS, "none"]) {
      const wish = { name: format, size: 10, location: "fsn1" };
      const volume = await hosts.api.made("/volumes", {
        ...wish,
        ...(format === "none" ? {} : { format }),
      });
      volumes.set(format, volume.id);
    }
    // The API makes none so small, but one that is soon full shows the same.
    await hosts.restart(async () => {
      const store = new Store(join(hosts.data, "state.json"));
      for (const volume of store.tables.volumes.values()) volume.size = 1;
      await store.commit();
      await store.close();
    });
    [first, second] = await Promise.all([hosts.create("first"), hosts.create("second")]);
  });
  after(async () => {
    await hosts.remove();
    const files = [...volumes.values()].map((volume) => `${volume}.img`);
    const left = () => backingFiles().filter((path) => files.some((file) => path.includes(file)));
    await until("no loop device is left", async () => left().length === 0);
  });

  for (const format of FORMATS) {
    it(`are devices of their size: one of 1 GB with ${format} is full after that`, async () => {
      await attach(format, first);
      expect(await bytes(format)).to.equal(GIB);
      expect(await first.ssh.run(`findmnt -no FSTYPE ${point(format)}`)).to.equal(format);
      const full = await first.ssh.run(
        `dd if=/dev/zero of=${point(format)}/filling bs=1M 2>&1; stat -c %s ${point(format)}/filling`,
      );
      expect(full).to.match(/No space left on device/);
      expect(Number(full.split("\n").at(-1))).to.be.within(0.8 * GIB, GIB);
    });

    it(`grow under load with ${format}, by their owner's hand`, async () => {
      const log = `${point(format)}/log`;
      await first.ssh.run(`rm ${point(format)}/filling; rm -f /run/stop /run/failed`);
      await first.ssh.run(
        `nohup bash -c 'while [ ! -e /run/stop ]; do { echo line >>${log} && sync ${log}; } || touch /run/failed; done' >/dev/null 2>&1 &`,
      );
      const lines = async () => Number(await first.ssh.run(`cat ${log} 2>/dev/null | wc -l`));
      await until("it is written to", async () => (await lines()) > 0);
      await hosts.api.act(`/volumes/${id(format)}/actions/resize`, { size: 10 });
      expect(await bytes(format)).to.equal(10 * GIB);
      expect(await room(format), "its owner has not grown it yet").to.be.below(1);
      const grow = format === "xfs" ? `xfs_growfs ${point(format)}` : `resize2fs ${device(format)}`;
      // The kernel wants a capability for ext4 that a server has where Docker has it.
      const now = format === "xfs" || (await first.ssh.run(MAY_GROW)) === "1";
      await first.ssh.run(grow);
      if (now) expect(await room(format)).to.be.within(9, 10);
      const before = await lines();
      await until("it is still written to", async () => (await lines()) > before);
      await first.ssh.run(`touch /run/stop; test ! -e /run/failed`);
      if (!now) {
        await hosts.act(first, "reboot");
        await first.ssh.ready();
        expect(await room(format)).to.be.within(9, 10);
        expect(await lines()).to.be.at.least(before);
      }
    });
  }

  it("are bare without a format, for whatever their owner makes of them", async () => {
    await attach("none", first);
    expect(await first.ssh.run(`blkid ${device("none")} || ls /mnt`)).to.not.contain(
      `HC_Volume_${id("none")}`,
    );
    const made = `mkfs.ext4 -q -O project,quota -E quotatype=prjquota ${device("none")}`;
    await first.ssh.run(`${made} && mkdir -p /srv/limited`);
  });

  it("have quotas where this computer's kernel has them", async function () {
    const mount = `mount -o prjquota ${device("none")} /srv/limited 2>/dev/null && echo yes || true`;
    if ((await first.ssh.run(mount)) !== "yes") {
      if (this.test) this.test.title += ": not here, because this kernel has none";
      return;
    }
    const said = await first.ssh.run(`python3 - /srv/limited <<'PY'\n${QUOTA}\nPY`);
    expect(said).to.equal("Disk quota exceeded");
  });

  it("come along to another server, and survive that the cloud is killed", async () => {
    const sum = (format: string) => `cd ${point(format)} && sha256sum random`;
    const sums = new Map<string, string>();
    for (const format of FORMATS) {
      await first.ssh.run(`head -c 20M /dev/urandom >${point(format)}/random`);
      sums.set(format, await first.ssh.run(sum(format)));
    }
    await hosts.restart(async () => {
      const cloud = await launch(hosts.data, ["--driver", "docker", "--no-registry"]);
      try {
        for (const format of FORMATS) await cloud.api.act(`/volumes/${id(format)}/actions/detach`);
        const wish = { server: second.id, automount: true };
        // One has been attached by then; the other is about to be.
        await cloud.api.act(`/volumes/${id("ext4")}/actions/attach`, wish);
        await cloud.api.post(`/volumes/${id("xfs")}/actions/attach`, wish);
      } finally {
        await cloud.kill();
      }
    });
    for (const format of FORMATS) {
      await until(`the one with ${format} is mounted`, () =>
        second.ssh.run(`mountpoint -q ${point(format)}`).then(
          () => true,
          () => false,
        ),
      );
      expect(await second.ssh.run(sum(format))).to.equal(sums.get(format));
      const before = await first.ssh.run(`ls -d ${point(format)} 2>/dev/null || echo gone`);
      expect(before).to.equal("gone");
    }
  });

  it("leave no device when their server is removed, or the volume", async () => {
    const { body } = await hosts.api.delete(`/servers/${second.id}`);
    await hosts.api.settled(body.action);
    const file = `${id("ext4")}.img`;
    await until("it is let go", async () => !backingFiles().some((name) => name.includes(file)));
    expect((await hosts.api.delete(`/volumes/${id("ext4")}`)).status).to.equal(204);
    expect(await first.ssh.run("ls /var/lib/host-volumes")).to.not.contain(file);
  });
});
