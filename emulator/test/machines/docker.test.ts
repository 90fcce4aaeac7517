import { expect } from "chai";
import { docker, type Hosts, startHosts, until } from "../support/hosts.ts";
import type { Ssh } from "../support/ssh.ts";
import { seesZone } from "../support/zone-inside.ts";

describe("servers that are Docker containers", () => {
  let hosts: Hosts;
  let address: { id: number; ip: string };
  let volume: { id: number };
  let server: { id: number };
  let ssh: Ssh;

  before(async () => {
    hosts = await startHosts();
    address = await hosts.api.made("/primary_ips", { name: "ip", type: "ipv4", location: "fsn1" });
    volume = await hosts.api.made("/volumes", {
      ...{ name: "data", size: 10, location: "fsn1", format: "ext4" },
    });
  });
  after(() => hosts.remove());

  /** Makes a server at `address`, and waits until it answers by SSH. */
  const create = async (name: string, more: object = {}) => {
    const public_net = { ipv4: address.id, enable_ipv6: false };
    const made = await hosts.create(name, { public_net, ...more });
    ({ ssh } = made);
    return made;
  };
  const act = (name: string) => hosts.act(server, name);
  const status = async () => (await hosts.api.get(`/servers/${server.id}`)).body.server.status;
  const becomes = (wanted: string) =>
    until(`the server is ${wanted}`, async () => (await status()) === wanted);
  const mount = () => `/mnt/HC_Volume_${volume.id}`;
  const device = (id = volume.id) => `/dev/disk/by-id/scsi-0HC_Volume_${id}`;

  it("answer by SSH, with the host key from the user data", async () => {
    server = await create("first");
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
    const id = hosts.container(server);
    expect(docker("inspect", "--format", "{{.HostConfig.Memory}}", id)).to.equal(
      String(4 * 2 ** 30),
    );
  });

  it("reach the cloud's name server from inside, by UDP and TCP", async () => {
    await hosts.api.made("/zones", { name: "inside.test", mode: "primary" });
    await seesZone(hosts.data, ssh, "inside.test");
  });

  it("see a volume when it is attached, and not when it is detached", async () => {
    const attach = { server: server.id, automount: true };
    await hosts.api.act(`/volumes/${volume.id}/actions/attach`, attach);
    await ssh.run(`mountpoint -q ${mount()} && echo kept > ${mount()}/file`);
    await ssh.run(`test -b ${device()}`);
    await hosts.api.act(`/volumes/${volume.id}/actions/detach`, {});
    expect(await ssh.run("ls /mnt /dev/disk/by-id | grep HC || true")).to.equal("");
    await hosts.api.act(`/volumes/${volume.id}/actions/attach`, attach);
    expect(await ssh.run(`cat ${mount()}/file`)).to.equal("kept");
  });

  it("come back from a reboot, from inside and from outside, with volume and key", async () => {
    for (const reboot of [
      () => ssh.run("reboot").catch(() => {}), // the connection may break first
      () => act("reboot"),
      () => act("reset"),
    ]) {
      await ssh.run("touch /run/before");
      await reboot();
      const booted = "test -e /run/before && echo no || echo yes";
      await until("it has booted again", async () => {
        return (await ssh.run(booted).catch(() => "no answer")) === "yes";
      });
      await becomes("running");
      expect(await ssh.run(`cat ${mount()}/file`)).to.equal("kept");
    }
  });

  it("are off when their owner switches them off, from inside and from outside", async () => {
    const on = async () => {
      await act("poweron");
      await ssh.ready();
    };
    await ssh.run("poweroff").catch(() => {});
    await becomes("off");
    await on();
    await act("shutdown");
    await becomes("off");
    await on();
    await act("poweroff");
    expect(await status()).to.equal("off"); // at once
    await on();
  });

  it("outlive the emulator, and follow what was done meanwhile", async () => {
    await hosts.restart(async () => {
      await ssh.run("true");
      docker("stop", hosts.container(server));
    });
    await becomes("running"); // the computer stopped it, not its owner
    await ssh.ready();
    expect(await ssh.run(`cat ${mount()}/file`)).to.equal("kept");
  });

  it("take another address while off, and keep their disk", async () => {
    await ssh.run("echo here > /root/disk && docker volume create inner");
    await act("poweroff");
    const other = await hosts.api.made("/primary_ips", {
      name: "two",
      type: "ipv4",
      location: "fsn1",
    });
    const assign = async (from: { id: number }, to: { id: number }) => {
      await hosts.api.act(`/primary_ips/${from.id}/actions/unassign`);
      const body = { assignee_id: server.id, assignee_type: "server" };
      await hosts.api.act(`/primary_ips/${to.id}/actions/assign`, body);
      await act("poweron");
    };
    await assign(address, other);
    const there = hosts.ssh(other.ip);
    await there.ready();
    expect(await there.run("cat /root/disk; docker volume ls --quiet")).to.equal("here\ninner");
    await act("poweroff");
    await assign(other, address);
    await ssh.ready();
    expect(await ssh.run("cat /root/disk; docker volume ls --quiet")).to.equal("here\ninner");
  });

  it("leave address and volume to the server that replaces them", async () => {
    const { body } = await hosts.api.delete(`/servers/${server.id}`);
    await hosts.api.settled(body.action);
    const left = hosts.container(server);
    expect(left).to.equal("");
    server = await create("second", { volumes: [volume.id], automount: true });
    expect(await ssh.run(`hostname; cat ${mount()}/file`)).to.equal("second\nkept");
  });

  it("show no other key than the pinned one", async () => {
    const stranger = hosts.ssh(address.ip, hosts.keys.client.open);
    const error = await stranger.ready().then(() => null, String);
    expect(error).to.contain("verification failed");
  });

  it("are made anew when someone has removed the machine", async () => {
    docker("rm", "--force", "--volumes", hosts.container(server));
    await becomes("off");
    await act("poweron");
    await ssh.ready();
    expect(await ssh.run(`cat ${mount()}/file`)).to.equal("kept");
  });

  it("lose a volume's data with the volume", async () => {
    await hosts.api.act(`/volumes/${volume.id}/actions/detach`, {});
    expect((await hosts.api.delete(`/volumes/${volume.id}`)).status).to.equal(204);
    expect(await ssh.run("ls /var/lib/host-volumes")).to.equal("");
  });
});
