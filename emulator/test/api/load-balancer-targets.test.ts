import { expect } from "chai";
import { useBalancer } from "../support/balancers.ts";

describe("targets and networks of load balancers", () => {
  const { front, make, makeServer, makeNetwork, act, read, refused, wrongField, serverTarget } =
    useBalancer();

  it("send traffic to servers, labels and addresses, each once", async () => {
    const server = await makeServer("web", { labels: { app: "web" } });
    const selector = { type: "label_selector", label_selector: { selector: "app=web" } };
    const address = { type: "ip", ip: { ip: "127.0.0.9" } };
    for (const target of [serverTarget(server.id), selector, address]) {
      expect(await act("add_target", target)).to.include({ command: "add_target" });
      const again = await refused("add_target", target);
      expect(again).to.include({ status: 422, code: "target_already_defined" });
    }
    const { ip } = server.public_net.ipv4;
    const unnamed = { type: "server", use_private_ip: false, health_status: [] };
    expect((await read()).targets).to.deep.equal([
      { ...unnamed, server: { id: server.id, ip } },
      {
        ...selector,
        use_private_ip: false,
        targets: [{ ...unnamed, server: { id: server.id, ip } }],
      },
      { ...address, health_status: [] },
    ]);
    const { body } = await front.cloud.api.get(`/servers/${server.id}`);
    expect(body.server.load_balancers).to.deep.equal([front.balancer.id]);
    for (const target of [selector, address]) await act("remove_target", target);
    const { body: gone } = await front.cloud.api.delete(`/servers/${server.id}`);
    await front.cloud.api.settled(gone.action);
    expect((await read()).targets).to.deep.equal([]);
    const missing = await refused("remove_target", address);
    expect(missing).to.include({ status: 404, code: "not_found" });
  });

  it("refuse targets that cannot be reached", async () => {
    const server = await makeServer("web");
    const hidden = await makeServer("hidden", { public_net: { enable_ipv4: false } });
    const code = async (target: object) => {
      const error = await refused("add_target", target);
      expect(error.status, error.code).to.equal(error.code === "not_found" ? 404 : 422);
      return error.code;
    };
    const ip = (text: string) => ({ type: "ip", ip: { ip: text } });
    expect(await code(serverTarget(1))).to.equal("not_found");
    expect(await code(serverTarget(hidden.id))).to.equal("resolve_cloud_public_targets_error");
    expect(await code({ type: "server", server: { id: server.id, ip: "127.0.0.3" } })).to.equal(
      "ip_not_assigned_to_server",
    );
    const privately = { use_private_ip: true };
    expect(await code(serverTarget(server.id, privately))).to.equal(
      "load_balancer_not_attached_to_network",
    );
    expect(await code(ip("10.0.2.9"))).to.equal("load_balancer_not_attached_to_network");
    expect(await code(ip("1.2.3.4"))).to.equal("ip_not_owned");
    expect(await code(ip(server.public_net.ipv4.ip))).to.equal("ip_not_owned");
    const network = await makeNetwork("net");
    await act("attach_to_network", { network: network.id });
    expect(await code(serverTarget(server.id, privately))).to.equal(
      "resolve_cloud_private_targets_error",
    );
    expect(await code(ip("10.0.2.9"))).to.equal("network_has_no_vswitch_subnet");
    await front.cloud.api.act(`/networks/${network.id}/actions/add_subnet`, {
      type: "vswitch",
      ip_range: "10.0.2.0/24",
      network_zone: "eu-central",
      vswitch_id: 1,
    });
    expect(await code(ip("10.0.3.9"))).to.equal("ip_not_in_vswitch_subnet");
    await act("add_target", ip("10.0.2.9"));
    await act("disable_public_interface");
    expect(await code(serverTarget(server.id))).to.equal("load_balancer_public_interface_disabled");
    expect(
      await wrongField("add_target", { type: "label_selector", label_selector: { selector: "(" } }),
    ).to.equal("label_selector.selector");
  });

  it("keep their server's address where it is", async () => {
    const server = await makeServer("web", { start_after_create: false });
    await act("add_target", serverTarget(server.id));
    const path = `/primary_ips/${server.public_net.ipv4.id}/actions/unassign`;
    const { status, body } = await front.cloud.api.post(path);
    expect([status, body.error.code]).to.deep.equal([422, "server_is_load_balancer_target"]);
    await act("remove_target", serverTarget(server.id));
    await front.cloud.api.act(path);
  });

  it("join one network and leave it, and their private targets with them", async () => {
    const network = await makeNetwork("net");
    const server = await makeServer("web", { networks: [network.id] });
    const action = await act("attach_to_network", { network: network.id, ip: "10.0.1.9" });
    expect(action.resources).to.deep.include({ id: network.id, type: "network" });
    expect((await read()).private_net).to.deep.equal([{ network: network.id, ip: "10.0.1.9" }]);
    const twice = await refused("attach_to_network", { network: network.id });
    expect(twice).to.include({ status: 422, code: "load_balancer_already_attached" });
    const other = await make("other");
    const taken = { network: network.id, ip: "10.0.1.9" };
    expect(await refused("attach_to_network", taken, other.id)).to.include({
      code: "ip_not_available",
    });
    const nowhere = { network: network.id, ip_range: "10.0.9.0/24" };
    expect(await refused("attach_to_network", nowhere, other.id)).to.include({
      code: "no_subnet_available",
    });
    expect(await refused("attach_to_network", { network: 1 }, other.id)).to.include({
      status: 404,
    });

    await act("add_target", serverTarget(server.id, { use_private_ip: true }));
    await act("detach_from_network", { network: network.id });
    expect(await read()).to.deep.include({ private_net: [], targets: [] });
    const gone = await refused("detach_from_network", { network: network.id });
    expect(gone).to.include({ status: 404, code: "not_found" });
    await act("attach_to_network", { network: network.id });
    expect((await front.cloud.api.delete(`/networks/${network.id}`)).status).to.equal(204);
    expect((await read()).private_net).to.deep.equal([]);
  });

  it("have a public interface that can be switched off where nothing needs it", async () => {
    const alone = await refused("disable_public_interface");
    expect(alone).to.include({ status: 422, code: "load_balancer_not_attached_to_network" });
    const network = await makeNetwork("net");
    await act("attach_to_network", { network: network.id });
    const server = await makeServer("web");
    await act("add_target", serverTarget(server.id));
    const needed = await refused("disable_public_interface");
    expect(needed).to.include({ status: 422, code: "targets_without_use_private_ip" });
    await act("remove_target", serverTarget(server.id));
    expect(await act("disable_public_interface")).to.include({ status: "success" });
    expect((await read()).public_net.enabled).to.equal(false);
    await act("enable_public_interface");
    expect((await read()).public_net.enabled).to.equal(true);
  });
});
