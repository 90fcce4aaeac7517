import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

const SERVER = { server_type: "cx23", image: "docker-ce", location: "nbg1" };

describe("floating IPs", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  const make = (name: string, more: object = {}) =>
    cloud.api.made("/floating_ips", { name, type: "ipv4", home_location: "fsn1", ...more });
  const makeServer = (name: string) => cloud.api.made("/servers", { ...SERVER, name });
  const shownOn = async (id: number) =>
    (await cloud.api.get(`/servers/${id}`)).body.server.public_net.floating_ips;

  it("have a home, an address and a name of their own", async () => {
    const ip = await make("four", { description: "Web" });
    expect(ip).to.include({ type: "ipv4", server: null, description: "Web", blocked: false });
    expect(ip.home_location.name).to.equal("fsn1");
    expect(ip.ip).to.match(/^127\.77\.\d+\.\d+$/);
    expect(ip.dns_ptr).to.have.length(1);
    const six = await cloud.api.made("/floating_ips", { type: "ipv6", home_location: "hel1" });
    expect(six.ip).to.match(/^2001:db8:.*\/64$/);
    expect(six.name).to.not.equal("");
    const primary = { name: "other", type: "ipv4", location: "fsn1" };
    expect((await cloud.api.made("/primary_ips", primary)).ip).to.not.equal(ip.ip);
    for (const home_location of [undefined, "mars1"]) {
      const { body } = await cloud.api.post("/floating_ips", { type: "ipv4", home_location });
      expect(body.error.details.fields[0].name).to.equal("home_location");
    }
  });

  it("change their description", async () => {
    const { id } = await make("described");
    const path = `/floating_ips/${id}`;
    const { body } = await cloud.api.put(path, { description: "new" });
    expect(body.floating_ip).to.include({ name: "described", description: "new" });
  });

  it("are made for a server, and live where it does", async () => {
    const { id } = await makeServer("first");
    const { body } = await cloud.api.post("/floating_ips", { type: "ipv4", server: id });
    expect(body.floating_ip.home_location.name).to.equal("nbg1");
    expect(body.action).to.include({ command: "assign_floating_ip" });
    await cloud.api.settled(body.action);
    expect(await shownOn(id)).to.deep.equal([body.floating_ip.id]);
    const none = await cloud.api.post("/floating_ips", { type: "ipv4", server: 1 });
    expect(none.body.error.code).to.equal("not_found");
  });

  it("move from server to server, and are free again when theirs is gone", async () => {
    const ip = await make("mover");
    const path = `/floating_ips/${ip.id}`;
    const [one, two] = [await makeServer("one"), await makeServer("two")];
    const free = await cloud.api.post(`${path}/actions/unassign`);
    expect(free.body.error.code).to.equal("invalid_input");
    const action = await cloud.api.act(`${path}/actions/assign`, { server: one.id });
    expect(action.resources).to.deep.equal([
      { id: ip.id, type: "floating_ip" },
      { id: one.id, type: "server" },
    ]);
    const again = await cloud.api.post(`${path}/actions/assign`, { server: one.id });
    expect([again.status, again.body.error.code]).to.deep.equal([422, "floating_ip_assigned"]);
    await cloud.api.act(`${path}/actions/assign`, { server: two.id });
    expect([await shownOn(one.id), await shownOn(two.id)]).to.deep.equal([[], [ip.id]]);
    await cloud.api.act(`${path}/actions/unassign`);
    expect(await shownOn(two.id)).to.deep.equal([]);
    await cloud.api.act(`${path}/actions/assign`, { server: one.id });
    await cloud.api.settled((await cloud.api.delete(`/servers/${one.id}`)).body.action);
    expect((await cloud.api.get(path)).body.floating_ip.server).to.equal(null);
    const { actions } = (await cloud.api.get(`${path}/actions?sort=id`)).body;
    expect(actions[0].command).to.equal("assign_floating_ip");
  });

  it("are protected from deletion, and deleted while they are assigned", async () => {
    const { id } = await makeServer("owner");
    const ip = await make("guarded", { server: id });
    const path = `/floating_ips/${ip.id}`;
    await cloud.api.act(`${path}/actions/change_protection`, { delete: true });
    const refused = await cloud.api.delete(path);
    expect([refused.status, refused.body.error.code]).to.deep.equal([423, "protected"]);
    await cloud.api.act(`${path}/actions/change_protection`, { delete: false });
    expect((await cloud.api.delete(path)).status).to.equal(204);
    expect(await shownOn(id)).to.deep.equal([]);
  });

  it("have reverse DNS that can be set and reset", async () => {
    const ip = await make("named");
    const path = `/floating_ips/${ip.id}`;
    const pointer = async () => (await cloud.api.get(path)).body.floating_ip.dns_ptr;
    const set = { ip: ip.ip, dns_ptr: "mail.example.org" };
    await cloud.api.act(`${path}/actions/change_dns_ptr`, set);
    expect(await pointer()).to.deep.equal([set]);
    await cloud.api.act(`${path}/actions/change_dns_ptr`, { ip: ip.ip, dns_ptr: null });
    expect(await pointer()).to.deep.equal(ip.dns_ptr);
  });
});
