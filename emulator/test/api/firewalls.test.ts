import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

const SSH = { direction: "in", protocol: "tcp", port: "22", source_ips: ["0.0.0.0/0", "::/0"] };

describe("firewalls", () => {
  let cloud: TestCloud;
  let server: { id: number };
  before(async () => {
    cloud = await startCloud();
    const body = {
      name: "target",
      server_type: "cx23",
      image: "docker-ce",
      labels: { tier: "web" },
    };
    server = await cloud.api.made("/servers", body);
  });
  after(() => cloud.stop());

  it("fill in what a rule leaves out, as the provider compares it", async () => {
    const icmp = { direction: "in", protocol: "icmp", source_ips: ["::/0"], description: "ping" };
    const { rules } = await cloud.api.made("/firewalls", { name: "rules", rules: [SSH, icmp] });
    expect(rules).to.deep.equal([
      { ...SSH, destination_ips: [], description: null },
      { ...icmp, destination_ips: [], port: null },
    ]);
  });

  it("take new rules", async () => {
    const { id } = await cloud.api.made("/firewalls", { name: "changed", rules: [SSH] });
    const web = { ...SSH, port: "80-443" };
    const answer = await cloud.api.post(`/firewalls/${id}/actions/set_rules`, { rules: [web] });
    expect(answer.status).to.equal(201);
    expect(answer.body.actions[0]).to.include({ command: "set_firewall_rules", status: "success" });
    const { firewall } = (await cloud.api.get(`/firewalls/${id}`)).body;
    expect(firewall.rules[0].port).to.equal("80-443");
  });

  for (const [why, rule] of Object.entries({
    "no port": { ...SSH, port: undefined },
    "a port that is none": { ...SSH, port: "70000" },
    "a range backwards": { ...SSH, port: "90-80" },
    "a port for icmp": { ...SSH, protocol: "icmp" },
    "an address without a mask": { ...SSH, source_ips: ["1.2.3.4"] },
    "a mask that is too long": { ...SSH, source_ips: ["1.2.3.4/33"] },
    "no source": { ...SSH, source_ips: [] },
    "an unknown protocol": { ...SSH, protocol: "sctp" },
  })) {
    it(`refuse a rule with ${why}`, async () => {
      const { status, body } = await cloud.api.post("/firewalls", { name: "bad", rules: [rule] });
      expect(status).to.equal(422);
      expect(body.error.details.fields[0].name).to.match(/^rules\.0\./);
    });
  }

  it("are applied to servers, by id and by label, and cannot be deleted then", async () => {
    const byId = { type: "server", server: { id: server.id } };
    const byLabel = { type: "label_selector", label_selector: { selector: "tier=web" } };
    const { id } = await cloud.api.made("/firewalls", { name: "applied", apply_to: [byId] });
    const path = `/firewalls/${id}/actions`;
    const shown = async () => (await cloud.api.get(`/servers/${server.id}`)).body.server.public_net;
    expect((await shown()).firewalls).to.deep.equal([{ id, status: "applied" }]);

    const again = await cloud.api.post(`${path}/apply_to_resources`, { apply_to: [byId] });
    expect(again.body.error.code).to.equal("firewall_already_applied");
    await cloud.api.post(`${path}/apply_to_resources`, { apply_to: [byLabel] });
    expect((await cloud.api.delete(`/firewalls/${id}`)).body.error.code).to.equal(
      "resource_in_use",
    );

    const { firewall } = (await cloud.api.get(`/firewalls/${id}`)).body;
    expect(firewall.applied_to[1].applied_to_resources).to.deep.equal([byId]);
    const remove = await cloud.api.post(`${path}/remove_from_resources`, {
      remove_from: firewall.applied_to, // as it was returned: that is what the provider sends
    });
    expect(remove.status).to.equal(201);
    expect((await shown()).firewalls).to.deep.equal([]);
    expect((await cloud.api.delete(`/firewalls/${id}`)).status).to.equal(204);
  });

  it("answer empty lists of resources with an empty list of actions", async () => {
    const { id } = await cloud.api.made("/firewalls", { name: "empty" });
    for (const [action, field] of [
      ["apply_to_resources", "apply_to"],
      ["remove_from_resources", "remove_from"],
    ] as const) {
      const answer = await cloud.api.post(`/firewalls/${id}/actions/${action}`, { [field]: [] });
      expect(answer.status).to.equal(201);
      expect(answer.body).to.deep.equal({ actions: [] });
    }
  });

  it("cannot be applied to a server that is not there, nor removed from one", async () => {
    const target = [{ type: "server", server: { id: 4711 } }];
    const made = await cloud.api.post("/firewalls", { name: "nowhere", apply_to: target });
    expect(made.body.error.code).to.equal("firewall_resource_not_found");
    const { id } = await cloud.api.made("/firewalls", { name: "loose" });
    const path = `/firewalls/${id}/actions/remove_from_resources`;
    const removed = await cloud.api.post(path, { remove_from: target });
    expect(removed.status).to.equal(404);
    expect(removed.body.error.code).to.equal("firewall_resource_not_found");
  });

  const refused = async (path: string, body: object) => {
    const answer = await cloud.api.post(path, body);
    return `${answer.status} ${answer.body.error?.code}`;
  };
  const byId = (id: number) => ({ type: "server", server: { id } });

  it("are applied to a resource once in a request", async () => {
    const twice = [byId(server.id), byId(server.id)];
    expect(await refused("/firewalls", { name: "twice", apply_to: twice })).to.equal(
      "422 server_already_added",
    );
  });

  it("cannot be taken from a server that a label selector gives them to", async () => {
    const selector = { type: "label_selector", label_selector: { selector: "tier" } };
    const { id } = await cloud.api.made("/firewalls", { name: "selected", apply_to: [selector] });
    const path = `/firewalls/${id}/actions/remove_from_resources`;
    expect(await refused(path, { remove_from: [byId(server.id)] })).to.equal(
      "422 firewall_managed_by_label_selector",
    );
    await cloud.api.post(path, { remove_from: [selector] });
  });

  it("are for servers with a public network, at most five of them", async () => {
    const body = { server_type: "cx23", image: "docker-ce", start_after_create: false };
    const inner = await cloud.api.made("/servers", {
      ...body,
      name: "inner",
      public_net: { enable_ipv4: false, enable_ipv6: false },
    });
    expect(await refused("/firewalls", { name: "no", apply_to: [byId(inner.id)] })).to.equal(
      "422 private_net_only_server",
    );
    const full = await cloud.api.made("/servers", { ...body, name: "full" });
    const walls = [];
    for (let n = 0; n < 6; n++) {
      walls.push({ firewall: (await cloud.api.made("/firewalls", { name: `wall-${n}` })).id });
    }
    for (const { firewall } of walls.slice(0, 5)) {
      const path = `/firewalls/${firewall}/actions/apply_to_resources`;
      await cloud.api.post(path, { apply_to: [byId(full.id)] });
    }
    const sixth = `/firewalls/${walls[5]?.firewall}/actions/apply_to_resources`;
    expect(await refused(sixth, { apply_to: [byId(full.id)] })).to.equal(
      "403 resource_limit_exceeded",
    );
    expect(await refused("/servers", { ...body, name: "more", firewalls: walls })).to.equal(
      "403 resource_limit_exceeded",
    );
  });

  it("follow a server's labels", async () => {
    const selector = { type: "label_selector", label_selector: { selector: "stage=test" } };
    const { id } = await cloud.api.made("/firewalls", { name: "staged", apply_to: [selector] });
    const relabel = async (labels: object) => {
      await cloud.api.put(`/servers/${server.id}`, { labels });
      const { body } = await cloud.api.get(`/servers/${server.id}`);
      return body.server.public_net.firewalls.map((f: { id: number }) => f.id);
    };
    expect(await relabel({ stage: "test" })).to.deep.equal([id]);
    expect(await relabel({ tier: "web" })).to.deep.equal([]);
    const { actions } = (await cloud.api.get(`/servers/${server.id}/actions`)).body;
    const commands = actions.slice(-2).map((a: { command: string }) => a.command);
    expect(commands).to.deep.equal(["apply_firewall", "remove_firewall"]);
  });
});
