import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

describe("networks", () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await startCloud();
  });
  afterEach(() => cloud.stop());

  const SUBNET = { type: "cloud", ip_range: "10.0.1.0/24", network_zone: "eu-central" };
  const make = (name: string, more: object = {}) =>
    cloud.api.made("/networks", { name, ip_range: "10.0.0.0/16", subnets: [SUBNET], ...more });
  const read = async (id: number) => (await cloud.api.get(`/networks/${id}`)).body.network;
  const refused = async (path: string, body: object) => {
    const answer = await cloud.api.post(path, body);
    expect(answer.status, JSON.stringify(answer.body)).to.be.above(399);
    return { status: answer.status, ...answer.body.error };
  };
  const wrongField = async (path: string, body: object) => {
    const error = await refused(path, body);
    expect(error, JSON.stringify(body)).to.include({ status: 422, code: "invalid_input" });
    return error.details.fields[0].name;
  };

  it("have a gateway, the first address of the whole range, in each subnet", async () => {
    const { subnets, routes, servers, load_balancers } = await make("one");
    expect(subnets).to.deep.equal([{ ...SUBNET, gateway: "10.0.0.1" }]);
    expect([routes, servers, load_balancers]).to.deep.equal([[], [], []]);
  });

  it("are of private ranges only, /24 or larger", async () => {
    for (const ip_range of [
      "8.8.0.0/16",
      "10.0.0.0/25",
      "10.0.0.1/16",
      "172.0.0.0/8",
      "10.0.0/8",
      "",
    ]) {
      expect(await wrongField("/networks", { name: "n", ip_range })).to.equal("ip_range");
    }
    for (const ip_range of ["10.0.0.0/8", "172.16.0.0/12", "192.168.7.0/24"]) {
      await make(ip_range.replace(/[./]/g, "-"), { ip_range, subnets: [] });
    }
  });

  it("get subnets, by default the first free /24, and lose them", async () => {
    const { id } = await make("grows");
    const path = `/networks/${id}/actions`;
    const automatic = { type: "cloud", network_zone: "eu-central" };
    const action = await cloud.api.act(`${path}/add_subnet`, automatic);
    expect(action).to.include({ command: "add_subnet", status: "success" });
    await cloud.api.act(`${path}/add_subnet`, automatic);
    const ranges = async () =>
      (await read(id)).subnets.map((s: { ip_range: string }) => s.ip_range);
    expect(await ranges()).to.deep.equal(["10.0.1.0/24", "10.0.0.0/24", "10.0.2.0/24"]);
    await cloud.api.act(`${path}/delete_subnet`, { ip_range: "10.0.0.0/24" });
    expect(await ranges()).to.deep.equal(["10.0.1.0/24", "10.0.2.0/24"]);
    const gone = await refused(`${path}/delete_subnet`, { ip_range: "10.0.0.0/24" });
    expect(gone).to.include({ status: 404, code: "not_found" });
  });

  it("refuse subnets that do not fit", async () => {
    const { id } = await make("tight", {
      routes: [{ destination: "10.0.8.0/24", gateway: "10.0.1.9" }],
    });
    const path = `/networks/${id}/actions/add_subnet`;
    const zone = { type: "cloud", network_zone: "eu-central" };
    for (const ip_range of ["10.1.0.0/24", "10.0.1.128/25", "10.0.8.0/25", "10.0.2.0/31"]) {
      expect(await wrongField(path, { ...zone, ip_range }), ip_range).to.equal("ip_range");
    }
    const far = { type: "cloud", network_zone: "us-east", ip_range: "10.0.2.0/24" };
    expect(await wrongField(path, far)).to.equal("network_zone");
    expect(await wrongField(path, { ...far, network_zone: "moon" })).to.equal("network_zone");
    const { id: full } = await make("full", { ip_range: "10.0.1.0/24" });
    expect(await wrongField(`/networks/${full}/actions/add_subnet`, zone)).to.equal("ip_range");
  });

  it("have one vSwitch at most, and a vSwitch one network", async () => {
    const plug = { type: "vswitch", network_zone: "eu-central", vswitch_id: 4711 };
    expect(
      await wrongField("/networks", {
        name: "n",
        ip_range: "10.0.0.0/16",
        subnets: [{ ...plug, vswitch_id: undefined }],
      }),
    ).to.equal("subnets.0.vswitch_id");
    const { id, subnets } = await make("switched", { subnets: [plug] });
    expect(subnets[0]).to.include({ vswitch_id: 4711, ip_range: "10.0.0.0/24" });
    const another = { ...plug, vswitch_id: 4712 };
    expect(await wrongField(`/networks/${id}/actions/add_subnet`, another)).to.equal("type");
    const used = await refused("/networks", {
      name: "second",
      ip_range: "10.0.0.0/16",
      subnets: [plug],
    });
    expect(used).to.include({ status: 422, code: "vswitch_id_already_used" });
  });

  it("get routes, and lose them", async () => {
    const { id } = await make("routed");
    const path = `/networks/${id}/actions`;
    const route = { destination: "10.100.1.0/24", gateway: "10.0.1.2" };
    const all = { destination: "0.0.0.0/0", gateway: "10.0.1.3" };
    expect(await cloud.api.act(`${path}/add_route`, route)).to.include({ command: "add_route" });
    await cloud.api.act(`${path}/add_route`, all);
    expect((await read(id)).routes).to.deep.equal([route, all]);
    for (const [field, wrong] of [
      ["destination", { ...route, destination: "10.100.1.0/25" }],
      ["destination", { ...route, destination: "10.0.1.0/28" }],
      ["destination", { ...route, destination: "8.8.8.0/24" }],
      ["destination", { ...route, destination: "172.31.0.0/16" }],
      ["destination", all],
      ["gateway", { destination: "10.200.0.0/24", gateway: "10.0.0.1" }],
      ["gateway", { destination: "10.200.0.0/24", gateway: "10.200.0.9" }],
      ["gateway", { destination: "10.200.0.0/24", gateway: "nowhere" }],
    ] as const) {
      expect(await wrongField(`${path}/add_route`, wrong), JSON.stringify(wrong)).to.equal(field);
    }
    await cloud.api.act(`${path}/delete_route`, route);
    const gone = await refused(`${path}/delete_route`, route);
    expect(gone).to.include({ status: 404, code: "not_found" });
    expect((await read(id)).routes).to.deep.equal([all]);
  });

  it("can be extended, not reduced", async () => {
    const { id } = await make("small", { ip_range: "10.0.0.0/16" });
    const path = `/networks/${id}/actions/change_ip_range`;
    await cloud.api.act(path, { ip_range: "10.0.0.0/12" });
    expect((await read(id)).ip_range).to.equal("10.0.0.0/12");
    expect(await wrongField(path, { ip_range: "10.0.0.0/16" })).to.equal("ip_range");
  });

  it("have limits", async () => {
    const subnets = Array.from({ length: 50 }, (_, n) => ({
      ...SUBNET,
      ip_range: `10.0.${n}.0/24`,
    }));
    const routes = Array.from({ length: 100 }, (_, n) => ({
      destination: `10.1.${n}.0/24`,
      gateway: "10.0.1.2",
    }));
    const { id } = await make("full", { subnets, routes });
    const path = `/networks/${id}/actions`;
    for (const [name, action, body] of [
      ["subnets", "add_subnet", { ...SUBNET, ip_range: "10.0.60.0/24" }],
      ["routes", "add_route", { destination: "10.2.0.0/24", gateway: "10.0.1.2" }],
    ] as const) {
      const error = await refused(`${path}/${action}`, body);
      expect(error).to.include({ status: 403, code: "resource_limit_exceeded" });
      expect(error.details.limits[0].name).to.equal(name);
    }
  });

  it("are protected from deletion, and expose their routes to a vSwitch", async () => {
    const { id } = await make("guarded");
    await cloud.api.act(`/networks/${id}/actions/change_protection`, { delete: true });
    expect((await cloud.api.delete(`/networks/${id}`)).body.error.code).to.equal("protected");
    const { body } = await cloud.api.put(`/networks/${id}`, { expose_routes_to_vswitch: true });
    expect(body.network).to.include({ expose_routes_to_vswitch: true, name: "guarded" });
  });

  it("are not changed while another change runs", async () => {
    await cloud.stop();
    cloud = await startCloud({ profile: "realistic" });
    cloud.clock.hold();
    const { body } = await cloud.api.post("/networks", { name: "busy", ip_range: "10.0.0.0/16" });
    const path = `/networks/${body.network.id}/actions/add_subnet`;
    const subnet = { type: "cloud", network_zone: "eu-central" };
    const { body: first } = await cloud.api.post(path, subnet);
    expect(first.action.status).to.equal("running");
    expect(await refused(path, subnet)).to.include({ status: 409, code: "conflict" });
    await cloud.clock.advance(60_000);
    await cloud.api.settled(first.action);
    expect((await cloud.api.post(path, subnet)).status).to.equal(201);
    await cloud.clock.advance(60_000);
  });
});
