import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { type Hosts, startHosts } from "../support/hosts.ts";
import type { Ssh } from "../support/ssh.ts";
import { seesZone } from "../support/zone-inside.ts";

/** A virtual machine that is translated on a busy computer takes minutes; this only ends a hang. */
const PATIENCE = 15 * 60_000;

/** Processes of this computer that have a file below the directory among their arguments. */
function processesOf(directory: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(directory);
    } catch {
      return false; // it has ended
    }
  });
}

/** With --arm it brings what that takes. */
const SETUP = fileURLToPath(new URL("../../../scripts/setup.sh", import.meta.url));
/** ARM's are translated on every other computer. */
const kinds = [
  { processor: "x86", type: "cx23", kernel: "cloud-amd64" },
  { processor: "ARM", type: "cax11", kernel: "cloud-arm64" },
];

for (const { processor, type, kernel } of kinds)
  describe(`servers that are virtual machines, ${processor}`, () => {
    let hosts: Hosts;
    let server: { id: number; public_net: { ipv4: { ip: string } } };
    let volume: { id: number };
    let ssh: Ssh;

    before(async () => {
      if (processor === "ARM") execFileSync(SETUP, ["local", "--arm"], { stdio: "inherit" });
      hosts = await startHosts("qemu");
    });
    after(async () => {
      await hosts.remove();
      expect(processesOf(hosts.data)).to.deep.equal([]);
      expect(existsSync(hosts.data)).to.equal(false);
    });

    const device = () => `/dev/disk/by-id/scsi-0HC_Volume_${volume.id}`;
    const mount = () => `/mnt/HC_Volume_${volume.id}`;
    /** Waits for an answer, and says how long it took. */
    const boots = async (what: string, begin: number) => {
      await ssh.ready(Date.now() + PATIENCE);
      console.log(`      ${what}: SSH after ${((Date.now() - begin) / 1000).toFixed(1)} s`);
    };
    const becomes = async (wanted: string) => {
      for (const end = Date.now() + PATIENCE; ; ) {
        if ((await hosts.api.get(`/servers/${server.id}`)).body.server.status === wanted) return;
        if (Date.now() > end) throw new Error(`the server is not ${wanted}`);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    };

    it("boot with the user data's host key, and a kernel of their own", async () => {
      const begin = Date.now();
      server = await hosts.api.made("/servers", {
        name: "first",
        server_type: type,
        image: "debian-13",
        location: "fsn1",
        ssh_keys: [hosts.key.id],
        user_data: hosts.hostKey,
      });
      ssh = hosts.ssh(server.public_net.ipv4.ip, hosts.keys.host.open, 60);
      await boots("first boot", begin);
      expect(await ssh.run("cloud-init status --wait")).to.contain("status: done");
      console.log(`      cloud-init after ${((Date.now() - begin) / 1000).toFixed(1)} s`);
      expect(await ssh.run("hostname; nproc")).to.match(/^first\n[12]$/);
      expect(await ssh.run("uname -r")).to.contain(kernel);
      expect(await ssh.run("df --output=size -BG / | tail -1")).to.match(/(38|39|40)G/);
    });

    it("reach the cloud's name server from inside, by UDP and TCP", async () => {
      await hosts.api.made("/zones", { name: "inside.test", mode: "primary" });
      await seesZone(hosts.data, ssh, "inside.test");
    });

    it("answer at a floating IP that is assigned to them", async () => {
      const ip = await hosts.api.made("/floating_ips", { type: "ipv4", server: server.id });
      const there = hosts.ssh(ip.ip, hosts.keys.host.open, 60);
      expect(await there.run("hostname")).to.equal("first");
    });

    it("have volumes as block devices, plugged in while they run, that grow", async () => {
      volume = await hosts.api.made("/volumes", {
        name: "data",
        size: 10,
        server: server.id,
        automount: true,
        format: "ext4",
      });
      expect(await ssh.run(`lsblk -ndbo SIZE ${device()}`)).to.equal(String(10 * 2 ** 30));
      await ssh.run(`mountpoint -q ${mount()} && echo kept > ${mount()}/file`);
      await hosts.api.act(`/volumes/${volume.id}/actions/resize`, { size: 12 });
      expect(await ssh.run(`lsblk -ndbo SIZE ${device()}`)).to.equal(String(12 * 2 ** 30));
      await ssh.run(`resize2fs ${device()} && sync`);
      expect(await ssh.run(`df --output=size -BG ${mount()} | tail -1`)).to.match(/1[12]G/);
    });

    it("come back from a reboot with volume and key", async () => {
      await ssh.run("touch /run/before");
      const begin = Date.now();
      await hosts.act(server, "reboot");
      await boots("reboot", begin);
      expect(await ssh.run("test -e /run/before || echo anew")).to.equal("anew");
      expect(await ssh.run(`cat ${mount()}/file`)).to.equal("kept");
    });

    it("outlive the emulator", async () => {
      await ssh.run("touch /run/before");
      await hosts.restart();
      await becomes("running");
      expect(await ssh.run("ls /run/before")).to.equal("/run/before");
    });

    it("let go of a volume while they run", async () => {
      await hosts.api.act(`/volumes/${volume.id}/actions/detach`, {});
      expect(await ssh.run(`ls -d ${device()} ${mount()} 2>/dev/null || true`)).to.equal("");
      expect((await hosts.api.delete(`/volumes/${volume.id}`)).status).to.equal(204);
      expect(readdirSync(join(hosts.data, "vms/volumes"))).to.deep.equal([]);
    });

    it("are off when their owner switches them off from inside", async () => {
      await ssh.run("poweroff").catch(() => {}); // the connection may break first
      await becomes("off");
    });

    it("leave nothing when they are deleted", async () => {
      const { body } = await hosts.api.delete(`/servers/${server.id}`);
      await hosts.api.settled(body.action);
      expect(readdirSync(join(hosts.data, "vms/machines"))).to.deep.equal([]);
      const qemu = processesOf(hosts.data).filter((pid) =>
        readlinkSync(`/proc/${pid}/exe`).includes("qemu"),
      );
      expect(qemu).to.deep.equal([]);
    });
  });
