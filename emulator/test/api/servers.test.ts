import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { publicKey } from "../support/keys.ts";

const BODY = { server_type: "cx23", image: "docker-ce", location: "fsn1" };

describe("servers", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  const make = (name: string, more: object = {}) =>
    cloud.api.made("/servers", { name, ...BODY, ...more });
  const read = async (id: number) => (await cloud.api.get(`/servers/${id}`)).body.server;
  const refused = async (body: object) => {
    const { status, body: answer } = await cloud.api.post("/servers", {
      name: "no",
      ...BODY,
      ...body,
    });
    return { status, ...answer.error };
  };

  it("come up with two addresses of their own, which go with them", async () => {
    const answer = await cloud.api.post("/servers", { name: "first", ...BODY });
    expect(answer.body.action.command).to.equal("create_server");
    expect(answer.body.next_actions[0].command).to.equal("start_server");
    expect(answer.body.server).to.include({ status: "initializing", locked: true });
    await cloud.api.settled(answer.body.next_actions[0]);
    const server = await read(answer.body.server.id);
    expect(server).to.deep.include({ status: "running", locked: false, volumes: [] });
    expect(server.location.name).to.equal("fsn1");
    expect(server.image.name).to.equal("docker-ce");
    expect(server.server_type.name).to.equal("cx23");
    expect(server.primary_disk_size).to.equal(40);

    const { ipv4, ipv6 } = server.public_net;
    const gone = await cloud.api.delete(`/servers/${server.id}`);
    await cloud.api.settled(gone.body.action);
    for (const { id } of [ipv4, ipv6]) {
      expect((await cloud.api.get(`/primary_ips/${id}`)).status).to.equal(404);
    }
  });

  it("take a primary IP, keys, a firewall and a volume, and leave them behind", async () => {
    const key = await cloud.api.made("/ssh_keys", { name: "key", public_key: publicKey() });
    const firewall = await cloud.api.made("/firewalls", { name: "firewall" });
    const volume = await cloud.api.made("/volumes", { name: "data", size: 10, location: "fsn1" });
    const ip = await cloud.api.made("/primary_ips", { name: "ip", type: "ipv4", location: "fsn1" });
    const answer = await cloud.api.post("/servers", {
      name: "whole",
      ...BODY,
      ssh_keys: [key.id, "key"],
      firewalls: [{ firewall: firewall.id }],
      volumes: [volume.id],
      automount: true,
      public_net: { ipv4: ip.id, enable_ipv6: false },
      user_data: "#cloud-config\n{}\n",
    });
    expect(answer.body.root_password).to.equal(null);
    await cloud.api.settled(answer.body.next_actions[0]);
    const server = await read(answer.body.server.id);
    expect(server.public_net.ipv4).to.include({ id: ip.id, ip: ip.ip });
    expect(server.public_net.ipv6).to.equal(null);
    expect(server.public_net.firewalls).to.deep.equal([{ id: firewall.id, status: "applied" }]);
    expect(server.volumes).to.deep.equal([volume.id]);
    expect(JSON.stringify(server)).to.not.contain("cloud-config");

    const gone = await cloud.api.delete(`/servers/${server.id}`);
    await cloud.api.settled(gone.body.action);
    const left = (await cloud.api.get(`/primary_ips/${ip.id}`)).body.primary_ip;
    expect(left).to.include({ ip: ip.ip, assignee_id: null });
    expect((await cloud.api.get(`/volumes/${volume.id}`)).body.volume.server).to.equal(null);
    expect((await cloud.api.delete(`/firewalls/${firewall.id}`)).status).to.equal(204);
  });

  it("have a root password when no key is given", async () => {
    const { body } = await cloud.api.post("/servers", { name: "password", ...BODY });
    expect(body.root_password).to.match(/^\S{20}$/);
  });

  it("are switched on, off and over", async () => {
    const { id } = await make("power");
    const act = (name: string) => cloud.api.act(`/servers/${id}/actions/${name}`);
    for (const [name, command, status] of [
      ["reboot", "reboot_server", "running"],
      ["reset", "reset_server", "running"],
      ["poweroff", "stop_server", "off"],
      ["poweroff", "stop_server", "off"],
      ["poweron", "start_server", "running"],
      ["poweron", "start_server", "running"],
      ["shutdown", "shutdown_server", "off"],
    ] as const) {
      expect(await act(name)).to.include({ command, status: "success", progress: 100 });
      expect((await read(id)).status, name).to.equal(status);
    }
  });

  it("change their type while off, and run afterwards", async () => {
    const { id } = await make("grows");
    const change = (body: object) => cloud.api.post(`/servers/${id}/actions/change_type`, body);
    const larger = { server_type: "cx33", upgrade_disk: false };
    expect((await change(larger)).body.error.code).to.equal("server_not_stopped");
    await cloud.api.act(`/servers/${id}/actions/poweroff`);
    await cloud.api.act(`/servers/${id}/actions/change_type`, larger);
    const server = await read(id);
    expect(server).to.include({ status: "running", primary_disk_size: 40 });
    expect(server.server_type.name).to.equal("cx33");
    await cloud.api.act(`/servers/${id}/actions/poweroff`);
    const arm = await change({ server_type: "cax21", upgrade_disk: true });
    expect(arm.body.error.code).to.equal("invalid_server_type");
  });

  it("are protected, have backups and reverse DNS", async () => {
    const { id, public_net } = await make("kept");
    const path = `/servers/${id}/actions`;
    await cloud.api.act(`${path}/change_protection`, { delete: true, rebuild: true });
    expect((await cloud.api.delete(`/servers/${id}`)).body.error.code).to.equal("protected");
    const half = await cloud.api.post(`${path}/change_protection`, { delete: false });
    expect(half.body.error.code).to.equal("invalid_input");
    await cloud.api.act(`${path}/enable_backup`);
    expect((await read(id)).backup_window).to.equal("22-02");
    await cloud.api.act(`${path}/disable_backup`);
    expect((await read(id)).backup_window).to.equal(null);
    const pointer = { ip: public_net.ipv4.ip, dns_ptr: "web.example.org" };
    await cloud.api.act(`${path}/change_dns_ptr`, pointer);
    expect((await read(id)).public_net.ipv4.dns_ptr).to.equal("web.example.org");
    const six = public_net.ipv6.ip.replace("/64", "1");
    await cloud.api.act(`${path}/change_dns_ptr`, { ip: six, dns_ptr: "six.example.org" });
    const { dns_ptr } = (await read(id)).public_net.ipv6;
    expect(dns_ptr).to.deep.equal([{ ip: six, dns_ptr: "six.example.org" }]);
  });

  it("are locked while an action runs", async () => {
    const { body } = await cloud.api.post("/servers", { name: "busy", ...BODY });
    // Both requests are on their way before the first one's work is done.
    const [first, second] = await Promise.all([
      cloud.api.delete(`/servers/${body.server.id}`),
      cloud.api.delete(`/servers/${body.server.id}`),
    ]);
    const codes = [first, second].map((answer) => answer.body.error?.code ?? "done").sort();
    expect(codes).to.satisfy((c: string[]) => c.includes("locked") || c.includes("not_found"));
  });

  it("filter by status", async () => {
    await make("asleep", { start_after_create: false });
    const { servers } = (await cloud.api.get("/servers?status=off&per_page=50")).body;
    expect(servers.map((s: { name: string }) => s.name)).to.include("asleep");
  });

  it("refuse what does not exist or does not fit, and leave nothing behind", async () => {
    const count = async () =>
      (await cloud.api.get("/primary_ips")).body.meta.pagination.total_entries;
    const before = await count();
    expect(await refused({ server_type: "cx99" })).to.include({ status: 404, code: "not_found" });
    expect(await refused({ image: "plan9" })).to.include({ status: 404, code: "not_found" });
    expect(await refused({ ssh_keys: [1] })).to.include({ code: "not_found" });
    expect(await refused({ firewalls: [{ firewall: 1 }] })).to.include({ code: "not_found" });
    expect(await refused({ volumes: [1] })).to.include({ code: "not_found" });
    expect(await refused({ location: "mars1" })).to.include({ code: "not_found" });
    const away = await refused({ location: "ash" });
    expect(away).to.include({ status: 422, code: "invalid_input" });
    expect(await refused({ networks: [1] })).to.include({ code: "not_found" });
    expect(await refused({ placement_group: 1 })).to.include({ code: "not_found" });
    expect(await refused({ name: "not_a_host!" })).to.include({ code: "invalid_input" });
    const data = await refused({ user_data: "x".repeat(32 * 1024 + 1) });
    expect(data.details.fields[0].name).to.equal("user_data");
    expect(await count()).to.equal(before);
  });

  it("refuse a primary IP that is elsewhere, taken, or of the other family", async () => {
    const ip = (name: string, type: string, location: string) =>
      cloud.api.made("/primary_ips", { name, type, location });
    const far = await ip("far", "ipv4", "nbg1");
    const six = await ip("v6", "ipv6", "fsn1");
    const near = await ip("near", "ipv4", "fsn1");
    await make("owner", { public_net: { ipv4: near.id } });
    for (const [key, status, code] of [
      [far.id, 422, "primary_ip_datacenter_mismatch"],
      [six.id, 412, "primary_ip_version_mismatch"],
      [near.id, 422, "primary_ip_assigned"],
    ] as const) {
      expect(await refused({ public_net: { ipv4: key } })).to.include({ status, code });
    }
  });

  it("start with an interface only", async () => {
    const public_net = { enable_ipv4: false, enable_ipv6: false };
    const none = await refused({ public_net });
    expect(none).to.include({ status: 422, code: "invalid_input" });
    expect(none.message).to.match(/at least one of: primary_ipv4, primary_ipv6, private_network/);
    const { id } = await make("alone", { public_net, start_after_create: false });
    const { body } = await cloud.api.post(`/servers/${id}/actions/poweron`);
    const action = await cloud.api.ended(body.action);
    expect(action.status).to.equal("error");
    expect(action.error.code).to.equal("invalid_input");
    expect((await cloud.api.get(`/servers/${id}`)).body.server.status).to.equal("off");
  });

  it("are of no type that is retired", async () => {
    const gone = { status: 412, code: "resource_unavailable" };
    expect(await refused({ server_type: "cx11" })).to.include(gone);
    expect(await refused({ server_type: 1 })).to.include(gone);
    const { id } = await make("never-smaller", { start_after_create: false });
    const wish = { server_type: "cx51", upgrade_disk: false };
    const { status, body } = await cloud.api.post(`/servers/${id}/actions/change_type`, wish);
    expect([status, body.error.code]).to.deep.equal([412, "resource_unavailable"]);
  });
});
