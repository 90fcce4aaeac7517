import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

const SERVER = { server_type: "cx23", image: "docker-ce", location: "fsn1" };

describe("what is refused for what is there already", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  const refusal = async (path: string, body: unknown) => {
    const answer = await cloud.api.post(path, body);
    return [answer.status, answer.body.error?.code];
  };

  it("a second address of a family", async () => {
    const server = await cloud.api.made("/servers", { ...SERVER, name: "two-addresses" });
    await cloud.api.act(`/servers/${server.id}/actions/poweroff`);
    for (const type of ["ipv4", "ipv6"]) {
      const body = { name: type, type, assignee_id: server.id, assignee_type: "server" };
      expect(await refusal("/primary_ips", body)).to.deep.equal([422, `server_has_${type}`]);
    }
  });

  it("a firewall for a server twice, or taken from one that a label selects", async () => {
    const labels = { tier: "web" };
    const server = await cloud.api.made("/servers", { ...SERVER, name: "walled", labels });
    const target = { type: "server", server: { id: server.id } };
    const twice = { name: "twice", apply_to: [target, target] };
    expect(await refusal("/firewalls", twice)).to.deep.equal([422, "server_already_added"]);
    const selected = { type: "label_selector", label_selector: { selector: "tier=web" } };
    const wall = await cloud.api.made("/firewalls", { name: "wall", apply_to: [selected] });
    const path = `/firewalls/${wall.id}/actions/remove_from_resources`;
    expect(await refusal(path, { remove_from: [target] })).to.deep.equal([
      422,
      "firewall_managed_by_label_selector",
    ]);
  });

  it("a firewall for a server that no one can reach from outside", async () => {
    const network = await cloud.api.made("/networks", { name: "inside", ip_range: "10.9.0.0/16" });
    const subnet = { type: "cloud", network_zone: "eu-central", ip_range: "10.9.1.0/24" };
    await cloud.api.act(`/networks/${network.id}/actions/add_subnet`, subnet);
    const server = await cloud.api.made("/servers", {
      ...SERVER,
      name: "inside",
      networks: [network.id],
      public_net: { enable_ipv4: false, enable_ipv6: false },
    });
    const target = { type: "server", server: { id: server.id } };
    const wish = { name: "useless", apply_to: [target] };
    expect(await refusal("/firewalls", wish)).to.deep.equal([422, "private_net_only_server"]);
  });
});
