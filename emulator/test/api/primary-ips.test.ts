import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

describe("primary IPs", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  const make = (name: string, more: object = {}) =>
    cloud.api.made("/primary_ips", { name, type: "ipv4", location: "fsn1", ...more });
  const makeOff = async (name: string, public_net: object) => {
    const body = { name, server_type: "cx23", image: "docker-ce", location: "fsn1", public_net };
    return cloud.api.made("/servers", { ...body, start_after_create: false });
  };

  it("are distinct loopback addresses, or networks of the documentation range", async () => {
    const [one, two] = [await make("one"), await make("two")];
    expect(one.ip).to.match(/^127\.77\.\d+\.\d+$/);
    expect(one.ip).to.not.equal(two.ip);
    expect(one).to.include({ assignee_id: null, assignee_type: "unassigned", auto_delete: false });
    expect(one.dns_ptr[0].ip).to.equal(one.ip);
    expect((await cloud.api.get(`/primary_ips?ip=${two.ip}`)).body.primary_ips).to.deep.equal([
      two,
    ]);
    const six = await make("six", { type: "ipv6" });
    expect(six.ip).to.match(/^2001:db8:[0-9a-f]+:[0-9a-f]+::\/64$/);
    const address = six.ip.replace("/64", "");
    for (const text of [six.ip, address, address.replace("::", ":0:0:0:0").toUpperCase()]) {
      const { primary_ips } = (await cloud.api.get(`/primary_ips?ip=${text}`)).body;
      expect(primary_ips, text).to.deep.equal([six]);
    }
    expect((await cloud.api.get(`/primary_ips?ip=${address}1`)).body.primary_ips).to.be.empty;
  });

  it("stay apart when many are asked for at once", async () => {
    const names = Array.from({ length: 20 }, (_, n) => `crowd-${n}`);
    const made = await Promise.all(names.map((name) => make(name)));
    expect(new Set(made.map((ip) => ip.ip)).size).to.equal(20);
  });

  it("need a location that is known", async () => {
    for (const location of [undefined, "mars1"]) {
      const body = { name: "lost", type: "ipv4", location };
      const answer = await cloud.api.post("/primary_ips", body);
      expect(answer.body.error.details.fields[0].name).to.equal("location");
    }
  });

  it("move between servers that are off, and only then", async () => {
    const ip = await make("mover");
    const path = `/primary_ips/${ip.id}`;
    const server = await makeOff("off", { enable_ipv4: false });
    expect(server.status).to.equal("off");
    const to = { assignee_id: server.id, assignee_type: "server" };
    const action = await cloud.api.act(`${path}/actions/assign`, to);
    expect(action).to.include({ command: "assign_primary_ip", status: "success" });
    const { public_net } = (await cloud.api.get(`/servers/${server.id}`)).body.server;
    expect(public_net.ipv4.ip).to.equal(ip.ip);

    const twice = await cloud.api.post(`${path}/actions/assign`, to);
    expect(twice.body.error.code).to.equal("primary_ip_already_assigned");
    const second = await make("second");
    const full = await cloud.api.post(`/primary_ips/${second.id}/actions/assign`, to);
    expect(full.body.error.code).to.equal("server_has_ipv4");
    const used = await cloud.api.delete(path);
    expect(used.status).to.equal(422);
    expect(used.body.error.code).to.equal("must_be_unassigned");

    await cloud.api.act(`/servers/${server.id}/actions/poweron`);
    const running = await cloud.api.post(`${path}/actions/unassign`);
    expect(running.body.error.code).to.equal("server_not_stopped");
    await cloud.api.act(`/servers/${server.id}/actions/poweroff`);
    await cloud.api.act(`${path}/actions/unassign`);
    expect((await cloud.api.delete(path)).status).to.equal(204);
  });

  it("can be made for a server", async () => {
    const server = await makeOff("for", { enable_ipv4: false, enable_ipv6: false });
    const body = { name: "given", type: "ipv6", assignee_id: server.id, assignee_type: "server" };
    const { body: answer } = await cloud.api.post("/primary_ips", body);
    expect(answer.primary_ip).to.include({ assignee_id: server.id, assignee_type: "server" });
    expect(answer.action.command).to.equal("assign_primary_ip");
  });

  it("are protected from deletion", async () => {
    const { id } = await make("guarded");
    const path = `/primary_ips/${id}`;
    await cloud.api.act(`${path}/actions/change_protection`, { delete: true });
    const refused = await cloud.api.delete(path);
    expect(refused.status).to.equal(423);
    expect(refused.body.error.code).to.equal("protected");
    await cloud.api.act(`${path}/actions/change_protection`, { delete: false });
    expect((await cloud.api.delete(path)).status).to.equal(204);
  });

  it("change auto_delete", async () => {
    const { id } = await make("kept");
    const { body } = await cloud.api.put(`/primary_ips/${id}`, { auto_delete: true });
    expect(body.primary_ip.auto_delete).to.equal(true);
  });

  it("have reverse DNS that can be set and reset", async () => {
    const ip = await make("named");
    const path = `/primary_ips/${ip.id}`;
    const pointer = async () => (await cloud.api.get(path)).body.primary_ip.dns_ptr;
    const set = { ip: ip.ip, dns_ptr: "mail.example.org" };
    await cloud.api.act(`${path}/actions/change_dns_ptr`, set);
    expect(await pointer()).to.deep.equal([set]);
    await cloud.api.act(`${path}/actions/change_dns_ptr`, { ip: ip.ip, dns_ptr: null });
    expect(await pointer()).to.deep.equal(ip.dns_ptr);
    const foreign = { ip: "1.2.3.4", dns_ptr: "x.example.org" };
    const refused = await cloud.api.post(`${path}/actions/change_dns_ptr`, foreign);
    expect(refused.body.error.details.fields[0].name).to.equal("ip");
  });
});
