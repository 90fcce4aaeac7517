import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import dnsPacket from "dns-packet";
import { startCloud, type TestCloud, temporaryDirectory } from "../support/cloud.ts";
import { createSsh, hostKeyUserData, makeKeys } from "../support/ssh.ts";

const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8" }).trim();
const lines = (text: string) => text.split("\n").filter(Boolean);

describe("servers that are Docker containers", () => {
  const data = temporaryDirectory();
  const keys = makeKeys(data);
  let cloud: TestCloud;
  let key: { id: number };
  let address: { id: number; ip: string };
  let volume: { id: number };
  let server: { id: number };
  let ssh: ReturnType<typeof createSsh>;

  before(async () => {
    cloud = await startCloud({ data, driver: "docker", registry: false });
    key = await cloud.api.made("/ssh_keys", { name: "key", public_key: keys.client.open });
    address = await cloud.api.made("/primary_ips", { name: "ip", type: "ipv4", location: "fsn1" });
    volume = await cloud.api.made("/volumes", { name: "data", size: 10, location: "fsn1" });
    ssh = createSsh(data, address.ip, keys.host.open);
  });
  after(async () => {
    await cloud.stop();
    const ours = ["--quiet", "--filter", `label=onebox.cloud=${cloudId()}`];
    const containers = lines(docker("ps", "--all", ...ours));
    if (containers.length > 0) docker("rm", "--force", "--volumes", ...containers);
    docker("network", "rm", ...lines(docker("network", "ls", ...ours)));
    docker("volume", "rm", ...lines(docker("volume", "ls", ...ours)));
    rmSync(data, { recursive: true });
  });

  const cloudId = () => JSON.parse(readFileSync(join(data, "cloud.json"), "utf8")).id as string;
  const create = (name: string, more: object = {}) =>
    cloud.api.made("/servers", {
      name,
      server_type: "cx23",
      image: "docker-ce",
      location: "fsn1",
      ssh_keys: [key.id],
      user_data: hostKeyUserData(keys.host),
      public_net: { ipv4: address.id, enable_ipv6: false },
      ...more,
    });
  const read = async (path: string) => Object.values((await cloud.api.get(path)).body)[0] as never;
  const status = async () => ((await read(`/servers/${server.id}`)) as { status: string }).status;
  const until = async (wanted: string) => {
    for (const end = Date.now() + 20_000; (await status()) !== wanted; ) {
      if (Date.now() > end) throw new Error(`the server is ${await status()}, not ${wanted}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  /** The machine of `server`; other clouds have servers of the same id. */
  const container = () => {
    const labels = [`onebox.cloud=${cloudId()}`, `onebox.server=${server.id}`];
    const filters = labels.flatMap((label) => ["--filter", `label=${label}`]);
    return docker("ps", "--all", "--quiet", ...filters);
  };
  const mount = () => `/mnt/HC_Volume_${volume.id}`;

  it("answer by SSH, with the host key from the user data", async () => {
    const start = Date.now();
    server = await create("first");
    await ssh.ready();
    expect(Date.now() - start).to.be.below(15_000); // about 2 s on a computer with nothing else to do
    expect(await ssh.run("hostname")).to.equal("first");
    expect(await ssh.run("ls /etc/ssh/ssh_host_*_key")).to.equal("/etc/ssh/ssh_host_ed25519_key");
  });

  it("are whole systems: systemd, cloud-init, Docker with compose", async () => {
    expect(await ssh.run("systemctl is-system-running --wait")).to.equal("running");
    expect(await ssh.run("cloud-init status --wait")).to.contain("status: done");
    expect(await ssh.run("docker info --format '{{.Driver}}'")).to.equal("overlay2");
    expect(await ssh.run("docker compose version --short")).to.match(/^2\./);
  });

  it("take no passwords and only their own key type", async () => {
    const settings = await ssh.run("sshd -T");
    expect(settings).to.contain("passwordauthentication no");
    expect(settings.match(/^hostkey .*$/gm)).to.deep.equal([
      "hostkey /etc/ssh/ssh_host_ed25519_key",
    ]);
  });

  it("have the memory of their type", async () => {
    const id = container();
    expect(docker("inspect", "--format", "{{.HostConfig.Memory}}", id)).to.equal(
      String(4 * 2 ** 30),
    );
  });

  it("reach the cloud's name server from inside, by UDP and TCP", async () => {
    await cloud.api.made("/zones", { name: "inside.test", mode: "primary" });
    const { dns_for_servers } = JSON.parse(readFileSync(join(data, "cloud.json"), "utf8"));
    const [host, port] = dns_for_servers.split(":");
    const questions = [{ type: "SOA" as const, name: "inside.test" }];
    const query = dnsPacket.encode({ type: "query", id: 7, questions }).toString("hex");
    for (const ask of [
      `s = socket.socket(type=socket.SOCK_DGRAM); s.connect(to); s.send(q); print(s.recv(999).hex())`,
      `s = socket.create_connection(to); s.send(len(q).to_bytes(2) + q); print(s.recv(999)[2:].hex())`,
    ]) {
      const set = `socket.setdefaulttimeout(3); to = ("${host}", ${port}); q = bytes.fromhex("${query}")`;
      const answer = await ssh.run(`python3 -c 'import socket; ${set}; ${ask}'`);
      const { answers } = dnsPacket.decode(Buffer.from(answer, "hex"));
      expect(answers?.[0]).to.include({ name: "inside.test", type: "SOA" });
    }
  });

  it("see a volume when it is attached, and not when it is detached", async () => {
    const attach = { server: server.id, automount: true };
    await cloud.api.act(`/volumes/${volume.id}/actions/attach`, attach);
    await ssh.run(`mountpoint -q ${mount()} && echo kept > ${mount()}/file`);
    await ssh.run(`test -e /dev/disk/by-id/scsi-0HC_Volume_${volume.id}`);
    await cloud.api.act(`/volumes/${volume.id}/actions/detach`, {});
    expect(await ssh.run("ls /mnt /dev/disk/by-id | grep HC || true")).to.equal("");
    await cloud.api.act(`/volumes/${volume.id}/actions/attach`, attach);
    expect(await ssh.run(`cat ${mount()}/file`)).to.equal("kept");
  });

  it("come back from a reboot, from inside and from outside, with volume and key", async () => {
    for (const reboot of [
      () => ssh.run("reboot").catch(() => {}), // the connection may break first
      () => cloud.api.act(`/servers/${server.id}/actions/reboot`),
      () => cloud.api.act(`/servers/${server.id}/actions/reset`),
    ]) {
      await ssh.run("touch /run/before");
      await reboot();
      for (;;) {
        await ssh.ready();
        if ((await ssh.run("ls /run/before || true").catch(() => "?")) === "") break;
      }
      await until("running");
      expect(await ssh.run(`cat ${mount()}/file`)).to.equal("kept");
    }
  });

  it("are off when their owner switches them off, from inside and from outside", async () => {
    const on = async () => {
      await cloud.api.act(`/servers/${server.id}/actions/poweron`);
      await ssh.ready();
    };
    await ssh.run("poweroff").catch(() => {});
    await until("off");
    await on();
    await cloud.api.act(`/servers/${server.id}/actions/shutdown`);
    await until("off");
    await on();
    await cloud.api.act(`/servers/${server.id}/actions/poweroff`);
    expect(await status()).to.equal("off");
    await on();
  });

  it("outlive the emulator, and follow what was done meanwhile", async () => {
    await cloud.stop();
    await ssh.run("true");
    docker("stop", container());
    cloud = await startCloud({ data, driver: "docker", registry: false });
    await until("running"); // the computer stopped it, not its owner
    await ssh.ready();
    expect(await ssh.run(`cat ${mount()}/file`)).to.equal("kept");
  });

  it("take another address while off, and keep their disk", async () => {
    await ssh.run("echo here > /root/disk && docker volume create inner");
    await cloud.api.act(`/servers/${server.id}/actions/poweroff`);
    const other = await cloud.api.made("/primary_ips", {
      name: "two",
      type: "ipv4",
      location: "fsn1",
    });
    const assign = async (from: { id: number }, to: { id: number }) => {
      await cloud.api.act(`/primary_ips/${from.id}/actions/unassign`);
      const body = { assignee_id: server.id, assignee_type: "server" };
      await cloud.api.act(`/primary_ips/${to.id}/actions/assign`, body);
      await cloud.api.act(`/servers/${server.id}/actions/poweron`);
    };
    await assign(address, other);
    const there = createSsh(data, other.ip, keys.host.open);
    await there.ready();
    expect(await there.run("cat /root/disk; docker volume ls --quiet")).to.equal("here\ninner");
    await cloud.api.act(`/servers/${server.id}/actions/poweroff`);
    await assign(other, address);
    await ssh.ready();
    expect(await ssh.run("cat /root/disk; docker volume ls --quiet")).to.equal("here\ninner");
  });

  it("leave address and volume to the server that replaces them", async () => {
    const { body } = await cloud.api.delete(`/servers/${server.id}`);
    await cloud.api.settled(body.action);
    const left = container();
    expect(left).to.equal("");
    server = await create("second", { volumes: [volume.id], automount: true });
    await ssh.ready();
    expect(await ssh.run(`hostname; cat ${mount()}/file`)).to.equal("second\nkept");
  });

  it("show no other key than the pinned one", async () => {
    const stranger = createSsh(data, address.ip, keys.client.open);
    const error = await stranger.ready().then(() => null, String);
    expect(error).to.contain("verification failed");
  });

  it("are made anew when someone has removed the machine", async () => {
    docker("rm", "--force", "--volumes", container());
    await until("off");
    await cloud.api.act(`/servers/${server.id}/actions/poweron`);
    await ssh.ready();
    expect(await ssh.run(`cat ${mount()}/file`)).to.equal("kept");
  });

  it("lose a volume's data with the volume", async () => {
    await cloud.api.act(`/volumes/${volume.id}/actions/detach`, {});
    expect((await cloud.api.delete(`/volumes/${volume.id}`)).status).to.equal(204);
    expect(await ssh.run("ls /var/lib/host-volumes")).to.equal("");
  });
});
