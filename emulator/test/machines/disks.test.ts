import { expect } from "chai";
import {
  answersHttp,
  docker,
  type Host,
  type Hosts,
  runInner,
  startHosts,
  until,
} from "../support/hosts.ts";

describe("disks of real servers", () => {
  let hosts: Hosts;
  let first: Host;
  let second: Host;
  let snapshot: { id: number; image_size: number };

  before(async () => {
    hosts = await startHosts();
    first = await hosts.create("first");
    await runInner(first);
    await first.ssh.run("echo from first > /root/note");
  });
  after(async () => {
    const { id } = hosts;
    // Of other clouds, with names that begin or end alike.
    const foreign = [`0${id}`, `${id}0`].flatMap((cloud) => {
      const label = [`onebox.cloud=${cloud}`, `onebox.test=${hosts.data}`].flatMap((l) => [
        "--label",
        l,
      ]);
      const [name, disk] = [`onebox-${cloud}-a`, `onebox/disk:${cloud}-1`];
      docker("create", "--name", name, ...label, "debian:trixie-slim", "true");
      docker("network", "create", ...label, name);
      docker("volume", "create", ...label, name);
      docker("tag", "debian:trixie-slim", disk);
      return [
        ["rm", name],
        ["network", "rm", name],
        ["volume", "rm", name],
        ["image", "rm", disk],
      ];
    });
    await hosts.remove();
    for (const kind of ["ps", "network", "volume"] as const) {
      expect(hosts.parts(kind), kind).to.deep.equal([]);
    }
    expect(docker("image", "ls", "--quiet", `onebox/disk:${id}-*`)).to.equal("");
    for (const removal of foreign) docker(...removal); // throws where one is not there any more
  });

  const image = async (id: number) => (await hosts.api.get(`/images/${id}`)).body.image;
  const note = (host: Host) => host.ssh.run("cat /root/note 2>/dev/null || echo none");

  it("are copied into snapshots while the server runs, its containers included", async () => {
    const { image: made } = await hosts.act(first, "create_image", { description: "whole" });
    snapshot = await image(made.id);
    expect(snapshot).to.include({ type: "snapshot", status: "available", description: "whole" });
    expect(snapshot.image_size).to.be.within(0.1, 5);
    await until("the server goes on", () => answersHttp(first.address, 80));
    await first.ssh.run("echo later > /root/note");
  });

  it("can be made of a snapshot: another server with the same files and containers", async () => {
    second = await hosts.create("second", { image: snapshot.id });
    expect(await note(second)).to.equal("from first");
    expect(await second.ssh.run("hostname; cloud-init status --wait")).to.match(
      /^second\n\.*\n?status: done/,
    );
    await until("the container runs", () => answersHttp(second.address, 80));
    const ids = "cat /etc/machine-id";
    expect(await second.ssh.run(ids)).to.not.equal(await first.ssh.run(ids));
  });

  it("are replaced by a rebuild; address, id and keys stay", async () => {
    await hosts.act(second, "rebuild", { image: "docker-ce" });
    await second.ssh.ready();
    expect(await note(second)).to.equal("none");
    expect(await second.ssh.run("docker ps --all --quiet")).to.equal("");
    await hosts.act(second, "rebuild", { image: snapshot.id });
    await second.ssh.ready();
    expect(await note(second)).to.equal("from first");
    await until("the container runs", () => answersHttp(second.address, 80));
  });

  it("outlive the snapshot that they were made of", async () => {
    expect((await hosts.api.delete(`/images/${snapshot.id}`)).status).to.equal(204);
    expect((await hosts.api.get(`/images/${snapshot.id}`)).status).to.equal(404);
    const { server } = (await hosts.api.get(`/servers/${second.id}`)).body;
    expect(server.image.id).to.equal(snapshot.id);
    expect(server.image.deleted).to.be.a("string");
    await hosts.act(second, "reset");
    await second.ssh.ready();
    expect(await note(second)).to.equal("from first");
  });

  it("lie at /mnt in the rescue system, which is there for one boot", async () => {
    const { root_password } = await hosts.act(first, "enable_rescue", {
      ssh_keys: [hosts.key.id],
    });
    expect(await note(first)).to.equal("later"); // the server runs on
    await hosts.act(first, "reset");
    const rescue = hosts.container(first, "onebox.rescue");
    // It has a host key of its own: one that nobody can know beforehand.
    const file = "/etc/ssh/ssh_host_ed25519_key.pub";
    let key = "";
    await until("the rescue system has a host key", async () => {
      key = docker("exec", rescue, "sh", "-c", `cat ${file} || true`);
      return key !== "";
    });
    const ssh = hosts.ssh(first.address, key);
    await ssh.ready();
    expect(await ssh.run("hostname; cat /mnt/root/note")).to.equal("rescue\nlater");
    expect(await ssh.runWithPassword(root_password, "ls /mnt/var/lib/docker/image")).to.equal(
      "overlay2",
    );
    await ssh.run("echo mended > /mnt/root/note; reboot").catch(() => {});
    // Until then it answers, with its own key.
    await until("the rescue system is left", async () => !hosts.container(first, "onebox.rescue"));
    await first.ssh.ready();
    expect(await note(first)).to.equal("mended");
    await until("its containers are back", () => answersHttp(first.address, 80));
  });

  it("are not those of volumes, which move from server to server with their data", async () => {
    const volume = await hosts.api.made("/volumes", {
      name: "data",
      size: 10,
      server: first.id,
      automount: true,
      format: "ext4",
    });
    const mount = `/mnt/HC_Volume_${volume.id}`;
    const device = `/dev/disk/by-id/scsi-0HC_Volume_${volume.id}`;
    await first.ssh.run(`mountpoint -q ${mount} && echo carried > ${mount}/file && sync`);
    await hosts.api.act(`/volumes/${volume.id}/actions/detach`, {});
    expect(await first.ssh.run(`ls -d ${mount} ${device} 2>/dev/null || echo gone`)).to.equal(
      "gone",
    );
    const attach = { server: second.id, automount: true };
    await hosts.api.act(`/volumes/${volume.id}/actions/attach`, attach);
    expect(await second.ssh.run(`cat ${mount}/file; ls -d ${device}`)).to.equal(
      `carried\n${device}`,
    );
    await hosts.act(second, "rebuild", { image: "docker-ce" });
    await second.ssh.ready();
    expect(await second.ssh.run(`cat ${mount}/file`)).to.equal("carried");
  });

  it("open to the password that comes with a server without keys", async () => {
    const { body } = await hosts.api.post("/servers", {
      name: "third",
      server_type: "cx23",
      image: "docker-ce",
      user_data: hosts.hostKey,
    });
    for (const action of [body.action, ...body.next_actions]) await hosts.api.settled(action);
    const ssh = hosts.ssh(body.server.public_net.ipv4.ip);
    await until("SSH answers", () =>
      ssh.runWithPassword(body.root_password, "true").then(
        () => true,
        () => false,
      ),
    );
    expect(await ssh.runWithPassword(body.root_password, "whoami")).to.equal("root");
  });
});
