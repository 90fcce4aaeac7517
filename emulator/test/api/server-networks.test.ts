import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

const SUBNET = { type: "cloud", network_zone: "eu-central" };

describe("servers in networks", () => {
  let cloud: TestCloud;
  let network: { id: number };
  let server: { id: number };
  beforeEach(async () => {
    cloud = await startCloud();
    network = await makeNetwork("net", "10.0.0.0/16", ["10.0.1.0/29"]);
    server = await makeServer("web");
  });
  afterEach(() => cloud.stop());

  const makeNetwork = (name: string, ip_range: string, ranges: string[] = [ip_range]) =>
    cloud.api.made("/networks", {
      name,
      ip_range,
      subnets: ranges.map((range) => ({ ...SUBNET, ip_range: range })),
    });
  const makeServer = (name: string, more: object = {}) =>
    cloud.api.made("/servers", {
      name,
      server_type: "cx23",
      image: "docker-ce",
      location: "fsn1",
      ...more,
    });
  const act = (name: string, body: object, id = server.id) =>
    cloud.api.act(`/servers/${id}/actions/${name}`, body);
  const places = async (id = server.id) =>
    (await cloud.api.get(`/servers/${id}`)).body.server.private_net;
  const refused = async (name: string, body: object, id = server.id) => {
    const answer = await cloud.api.post(`/servers/${id}/actions/${name}`, body);
    return { status: answer.status, ...answer.body.error };
  };

  it("get the first free address, and are listed by the network", async () => {
    const action = await act("attach_to_network", { network: network.id });
    expect(action).to.include({ command: "attach_to_network", status: "success" });
    expect(action.resources).to.deep.include({ id: network.id, type: "network" });
    const [place] = await places();
    expect(place).to.deep.include({ network: network.id, ip: "10.0.1.1", alias_ips: [] });
    expect(place.mac_address).to.match(/^86:00:00(:[0-9a-f]{2}){3}$/);
    const { body } = await cloud.api.get(`/networks/${network.id}`);
    expect(body.network.servers).to.deep.equal([server.id]);
    const { body: listed } = await cloud.api.get(`/networks/${network.id}/members?type=server`);
    expect(listed.members).to.deep.equal([
      {
        type: "server",
        id: server.id,
        ip: "10.0.1.1",
        status: "ok",
        alias_ips: [],
        subnet: "10.0.1.0/29",
      },
    ]);
    expect(listed.meta.pagination.total_entries).to.equal(1);
    expect(
      (await cloud.api.get(`/networks/${network.id}/members?type=load_balancer`)).body.members,
    ).to.deep.equal([]);
  });

  it("get the address and the subnet that they ask for", async () => {
    await cloud.api.act(`/networks/${network.id}/actions/add_subnet`, {
      ...SUBNET,
      ip_range: "10.0.2.0/24",
    });
    await act("attach_to_network", {
      network: network.id,
      ip: "10.0.1.5",
      alias_ips: ["10.0.1.6"],
    });
    expect((await places())[0]).to.deep.include({ ip: "10.0.1.5", alias_ips: ["10.0.1.6"] });
    const other = await makeServer("other");
    await act("attach_to_network", { network: network.id, ip_range: "10.0.2.0/24" }, other.id);
    expect((await places(other.id))[0].ip).to.equal("10.0.2.1");
  });

  it("do not get an address that is taken, reserved or in no subnet", async () => {
    await act("attach_to_network", {
      network: network.id,
      ip: "10.0.1.2",
      alias_ips: ["10.0.1.3"],
    });
    const other = await makeServer("other");
    for (const ip of ["10.0.1.2", "10.0.1.3", "10.0.1.0", "10.0.1.7", "10.0.9.1", "192.168.0.1"]) {
      const error = await refused("attach_to_network", { network: network.id, ip }, other.id);
      expect(error, ip).to.include({ status: 422, code: "ip_not_available" });
    }
    const alias = { network: network.id, alias_ips: ["10.0.1.2"] };
    expect(await refused("attach_to_network", alias, other.id)).to.include({
      code: "ip_not_available",
    });
    const outside = { network: network.id, ip: "10.0.9.1", ip_range: "10.0.1.0/29" };
    const error = await refused("attach_to_network", outside, other.id);
    expect(error.details.fields[0].name).to.equal("ip");
    expect(await places(other.id)).to.deep.equal([]);
  });

  it("need a subnet of their zone with a free address", async () => {
    const code = async (name: string, key: number, more: object = {}) => {
      const { id } = await makeServer(name);
      return refused("attach_to_network", { network: key, ...more }, id);
    };
    const none = { status: 422, code: "no_subnet_available" };
    const empty = await makeNetwork("empty", "10.1.0.0/16", []);
    expect(await code("a", empty.id)).to.include(none);
    expect(await code("b", network.id, { ip_range: "10.0.7.0/24" })).to.include(none);
    const far = await cloud.api.made("/networks", {
      name: "far",
      ip_range: "10.2.0.0/16",
      subnets: [{ type: "cloud", network_zone: "us-east" }],
    });
    expect(await code("c", far.id)).to.include(none);
    const tiny = await makeNetwork("tiny", "10.3.0.0/24", ["10.3.0.4/30"]);
    await makeServer("d", { networks: [tiny.id] });
    await makeServer("e", { networks: [tiny.id] });
    expect(await code("f", tiny.id)).to.include(none);
  });

  it("are in a network once, in three at most, and in none that overlap", async () => {
    await act("attach_to_network", { network: network.id });
    const attach = (id: number) => refused("attach_to_network", { network: id });
    expect(await attach(network.id)).to.include({ status: 422, code: "server_already_attached" });
    const same = await makeNetwork("same", "10.0.0.0/8");
    expect(await attach(same.id)).to.include({ status: 422, code: "networks_overlap" });
    const others = [];
    for (const n of [1, 2, 3]) others.push(await makeNetwork(`n${n}`, `192.168.${n}.0/24`));
    for (const { id } of others.slice(0, 2)) await act("attach_to_network", { network: id });
    const error = await attach(others[2].id);
    expect(error).to.include({ status: 403, code: "resource_limit_exceeded" });
    expect(await attach(1)).to.include({ status: 404, code: "not_found" });
  });

  it("leave, and change their alias addresses", async () => {
    await act("attach_to_network", { network: network.id });
    const alias = { network: network.id, alias_ips: ["10.0.1.4", "10.0.1.5"] };
    expect(await act("change_alias_ips", alias)).to.include({ command: "change_alias_ips" });
    expect((await places())[0].alias_ips).to.deep.equal(alias.alias_ips);
    const own = { network: network.id, alias_ips: ["10.0.1.1"] };
    expect(await refused("change_alias_ips", own)).to.include({ code: "ip_not_available" });
    const many = { network: network.id, alias_ips: Array(6).fill("10.0.1.4") };
    expect((await refused("change_alias_ips", many)).details.fields[0].name).to.equal("alias_ips");
    expect(await act("detach_from_network", { network: network.id })).to.include({
      command: "detach_from_network",
    });
    expect(await places()).to.deep.equal([]);
    const gone = { status: 404, code: "not_found" };
    expect(await refused("detach_from_network", { network: network.id })).to.include(gone);
    expect(await refused("change_alias_ips", alias)).to.include(gone);
  });

  it("can be made in networks, and leave nothing behind when that fails", async () => {
    const made = await makeServer("born", { networks: [network.id] });
    expect(made.private_net[0]).to.include({ network: network.id, ip: "10.0.1.1" });
    const same = await makeNetwork("same", "10.0.0.0/8");
    const body = { name: "none", server_type: "cx23", image: "docker-ce", location: "fsn1" };
    for (const [code, networks] of [
      ["networks_overlap", [network.id, same.id]],
      ["server_already_attached", [network.id, network.id]],
    ] as const) {
      const answer = await cloud.api.post("/servers", { ...body, networks });
      expect(answer.body.error.code).to.equal(code);
    }
    expect((await cloud.api.get("/servers?name=none")).body.servers).to.deep.equal([]);
  });

  it("keep a subnet in place, and are detached when their network is deleted", async () => {
    await act("attach_to_network", { network: network.id });
    const path = `/networks/${network.id}`;
    const subnet = { ip_range: "10.0.1.0/29" };
    const answer = await cloud.api.post(`${path}/actions/delete_subnet`, subnet);
    expect(answer.status).to.equal(422);
    expect(answer.body.error.code).to.equal("service_error");
    expect(answer.body.error.message).to.contain("network has attached resources");
    expect((await cloud.api.delete(path)).status).to.equal(204);
    expect(await places()).to.deep.equal([]);
  });

  it("make room in their network when they are deleted", async () => {
    await act("attach_to_network", { network: network.id, ip: "10.0.1.4" });
    const { body } = await cloud.api.delete(`/servers/${server.id}`);
    await cloud.api.settled(body.action);
    const { body: left } = await cloud.api.get(`/networks/${network.id}`);
    expect(left.network.servers).to.deep.equal([]);
    const next = await makeServer("next");
    await act("attach_to_network", { network: network.id, ip: "10.0.1.4" }, next.id);
  });

  it("are not attached while another action runs", async () => {
    await cloud.stop();
    cloud = await startCloud({ profile: "realistic" });
    const { body } = await cloud.api.post("/networks", { name: "n", ip_range: "10.0.0.0/16" });
    const made = await cloud.api.post("/servers", {
      name: "slow",
      server_type: "cx23",
      image: "docker-ce",
    });
    const attach = { network: body.network.id };
    const error = await refused("attach_to_network", attach, made.body.server.id);
    expect(error).to.include({ status: 423, code: "locked" });
  });
});
