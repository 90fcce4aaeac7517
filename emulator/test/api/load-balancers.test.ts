import { expect } from "chai";
import { useBalancer } from "../support/balancers.ts";

describe("load balancers", () => {
  const {
    front,
    make,
    makeServer,
    makeNetwork,
    act,
    read,
    refused,
    wrongField,
    tcp,
    serverTarget,
  } = useBalancer();

  it("have types with limits and prices", async () => {
    const { body } = await front.cloud.api.get("/load_balancer_types?name=lb11");
    expect(body.load_balancer_types).to.have.length(1);
    const [type] = body.load_balancer_types;
    expect(type).to.include({ max_services: 5, max_targets: 25, deprecated: null });
    expect(type.prices[0].price_monthly.net).to.match(/^\d+\.\d+$/);
    const one = await front.cloud.api.get(`/load_balancer_types/${type.id}`);
    expect(one.body.load_balancer_type).to.deep.equal(type);
    expect((await front.cloud.api.get("/load_balancer_types/4711")).status).to.equal(404);
  });

  it("have two addresses, which are primary IPs of theirs", async () => {
    const { ipv4, ipv6 } = front.balancer.public_net;
    expect(ipv4.ip).to.match(/^127\.77\.\d+\.\d+$/);
    expect(ipv6.ip).to.match(/^2001:db8:.*::1$/);
    const { body } = await front.cloud.api.get(`/primary_ips?ip=${ipv4.ip}`);
    expect(body.primary_ips[0]).to.include({
      assignee_id: front.balancer.id,
      assignee_type: "load_balancer",
    });
    const { id } = body.primary_ips[0];
    expect((await front.cloud.api.delete(`/primary_ips/${id}`)).body.error.code).to.equal(
      "must_be_unassigned",
    );
    const { status, body: answer } = await front.cloud.api.delete(
      `/load_balancers/${front.balancer.id}`,
    );
    expect([status, answer.action.command]).to.deep.equal([201, "delete_load_balancer"]);
    expect((await front.cloud.api.get("/primary_ips")).body.primary_ips).to.deep.equal([]);
  });

  it("can be made with addresses that exist, and give them back", async () => {
    const ip = (name: string, more: object = {}) =>
      front.cloud.api.made("/primary_ips", { name, type: "ipv4", location: "fsn1", ...more });
    const own = await ip("own");
    const made = await make("own", { public_net: { ipv4: own.id } });
    expect(made.public_net.ipv4).to.include({ id: own.id, ip: own.ip });
    const code = async (public_net: object) => {
      const body = { name: "no", load_balancer_type: "lb11", location: "fsn1", public_net };
      return (await front.cloud.api.post("/load_balancers", body)).body.error.code;
    };
    expect(await code({ ipv4: own.id })).to.equal("primary_ip_assigned");
    expect(await code({ ipv6: own.id })).to.equal("primary_ip_version_mismatch");
    expect(await code({ ipv4: 1 })).to.equal("not_found");
    expect(await code({ ipv4: (await ip("far", { location: "nbg1" })).id })).to.equal(
      "invalid_input",
    );
    const away = await front.cloud.api.post(`/primary_ips/${own.id}/actions/unassign`);
    expect(away.body.error.code).to.equal("invalid_input");
    await front.cloud.api.delete(`/load_balancers/${made.id}`);
    const { body } = await front.cloud.api.get(`/primary_ips/${own.id}`);
    expect(body.primary_ip).to.include({ assignee_id: null, assignee_type: "unassigned" });
  });

  it("are made in a location or a network zone, of a type that exists", async () => {
    const post = async (body: object) => {
      const answer = await front.cloud.api.post("/load_balancers", { name: "new", ...body });
      return { status: answer.status, ...(answer.body.error ?? answer.body.load_balancer) };
    };
    const type = { load_balancer_type: "lb11" };
    expect(await post(type)).to.include({ code: "invalid_input" });
    expect(await post({ ...type, location: "fsn1", network_zone: "eu-central" })).to.include({
      code: "invalid_input",
    });
    expect(await post({ ...type, network_zone: "moon" })).to.include({ code: "invalid_input" });
    expect(await post({ ...type, location: "mars1" })).to.include({ code: "not_found" });
    expect(await post({ load_balancer_type: "lb99", location: "fsn1" })).to.include({
      status: 404,
    });
    const { location } = await post({ ...type, network_zone: "us-east" });
    expect(location.name).to.equal("ash");
  });

  it("are made whole: with network, services and targets, or not at all", async () => {
    const network = await makeNetwork("net");
    const server = await makeServer("web", { networks: [network.id], labels: { app: "web" } });
    const services = [await tcp()];
    const whole = await make("whole", {
      network: network.id,
      algorithm: { type: "least_connections" },
      public_interface: false,
      services,
      targets: [serverTarget(server.id, { use_private_ip: true })],
    });
    expect(whole.private_net).to.deep.equal([{ network: network.id, ip: "10.0.1.2" }]);
    expect(whole.public_net.enabled).to.equal(false);
    expect(whole.services[0]).to.deep.include(services[0]);
    expect(whole.targets[0]).to.deep.include({ type: "server", use_private_ip: true });
    const { body: seen } = await front.cloud.api.get(`/networks/${network.id}`);
    expect(seen.network.load_balancers).to.deep.equal([whole.id]);
    const { body: member } = await front.cloud.api.get(
      `/networks/${network.id}/members?type=load_balancer`,
    );
    expect(member.members[0]).to.include({ id: whole.id, ip: "10.0.1.2", subnet: "10.0.1.0/24" });

    const public_net = { enable_ipv4: false, enable_ipv6: false };
    const out = await makeServer("out", { public_net, start_after_create: false });
    const count = async () =>
      (await front.cloud.api.get("/primary_ips")).body.meta.pagination.total_entries;
    const before = await count();
    for (const [code, more] of [
      ["source_port_already_used", { services: [services[0], services[0]] }],
      [
        "resolve_cloud_private_targets_error",
        {
          network: network.id,
          targets: [serverTarget(out.id, { use_private_ip: true })],
        },
      ],
      [
        "load_balancer_not_attached_to_network",
        { targets: [serverTarget(server.id, { use_private_ip: true })] },
      ],
      ["target_already_defined", { targets: [serverTarget(server.id), serverTarget(server.id)] }],
      ["not_found", { network: 1 }],
    ] as const) {
      const body = { name: "no", load_balancer_type: "lb11", location: "fsn1", ...more };
      expect((await front.cloud.api.post("/load_balancers", body)).body.error.code).to.equal(code);
    }
    expect(await count()).to.equal(before);
  });

  it("change their algorithm and their type, as far as they fit into it", async () => {
    await act("change_algorithm", { type: "least_connections" });
    expect((await read()).algorithm).to.deep.equal({ type: "least_connections" });
    expect(await wrongField("change_algorithm", { type: "random" })).to.equal("type");
    const action = await act("change_type", { load_balancer_type: "lb21" });
    expect(action.command).to.equal("change_load_balancer_type");
    for (let n = 0; n < 6; n++) await act("add_service", await tcp());
    const small = await refused("change_type", { load_balancer_type: "lb11" });
    expect(small).to.include({ status: 422, code: "invalid_load_balancer_type" });
    expect(await refused("change_type", { load_balancer_type: "lb99" })).to.include({
      status: 404,
    });
  });

  it("are protected from deletion, and have names in reverse", async () => {
    await act("change_protection", { delete: true });
    const { status, body } = await front.cloud.api.delete(`/load_balancers/${front.balancer.id}`);
    expect([status, body.error.code]).to.deep.equal([423, "protected"]);
    const { ipv4, ipv6 } = front.balancer.public_net;
    for (const { ip } of [ipv4, ipv6]) {
      await act("change_dns_ptr", { ip, dns_ptr: "lb.example.org" });
    }
    const { public_net } = await read();
    expect(public_net.ipv4.dns_ptr).to.equal("lb.example.org");
    expect(public_net.ipv6.dns_ptr).to.equal("lb.example.org");
    await act("change_dns_ptr", { ip: ipv4.ip, dns_ptr: null });
    expect((await read()).public_net.ipv4.dns_ptr).to.match(
      /^static\..*\.clients\.your-server\.de$/,
    );
    const strange = { ip: "127.0.0.3", dns_ptr: "x.example.org" };
    expect(await wrongField("change_dns_ptr", strange)).to.equal("ip");
  });

  it("measure their traffic, as far as anyone asks sensibly", async () => {
    const path = `/load_balancers/${front.balancer.id}/metrics`;
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    const query = (more: Record<string, string>) =>
      `${path}?${new URLSearchParams({ type: "open_connections,bandwidth", start: at(-60_000), end: at(1000), step: "1", ...more })}`;
    const { body } = await front.cloud.api.get(query({}));
    expect(body.metrics.step).to.equal(1);
    expect(Object.keys(body.metrics.time_series)).to.deep.equal([
      "open_connections",
      "bandwidth.in",
      "bandwidth.out",
    ]);
    for (const [field, more] of [
      ["type", { type: "mood" }],
      ["start", { start: "yesterday" }],
      ["end", { end: at(-120_000) }],
      ["step", { step: "0" }],
      ["step", { start: at(-3_600_000) }],
    ] as const) {
      const { status, body: error } = await front.cloud.api.get(query(more));
      expect([status, error.error.details.fields[0].name]).to.deep.equal([422, field]);
    }
  });
});
