import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { freePort } from "../support/ports.ts";

describe("load balancers", () => {
  let cloud: TestCloud;
  let balancer: { id: number; public_net: { ipv4: { ip: string }; ipv6: { ip: string } } };
  beforeEach(async () => {
    cloud = await startCloud();
    balancer = await make("front");
  });
  afterEach(() => cloud.stop());

  const make = (name: string, more: object = {}) =>
    cloud.api.made("/load_balancers", {
      name,
      load_balancer_type: "lb11",
      location: "fsn1",
      ...more,
    });
  const makeServer = (name: string, more: object = {}) =>
    cloud.api.made("/servers", {
      name,
      server_type: "cx23",
      image: "docker-ce",
      location: "fsn1",
      ...more,
    });
  const makeNetwork = (name: string, more: object[] = []) =>
    cloud.api.made("/networks", {
      name,
      ip_range: "10.0.0.0/16",
      subnets: [{ type: "cloud", ip_range: "10.0.1.0/24", network_zone: "eu-central" }, ...more],
    });
  const act = (name: string, body?: object, id = balancer.id) =>
    cloud.api.act(`/load_balancers/${id}/actions/${name}`, body);
  const read = async (id = balancer.id) =>
    (await cloud.api.get(`/load_balancers/${id}`)).body.load_balancer;
  const refused = async (name: string, body: object = {}, id = balancer.id) => {
    const answer = await cloud.api.post(`/load_balancers/${id}/actions/${name}`, body);
    return { status: answer.status, ...answer.body.error };
  };
  const wrongField = async (name: string, body: object) => {
    const error = await refused(name, body);
    expect(error, JSON.stringify(body)).to.include({ status: 422, code: "invalid_input" });
    return error.details.fields[0].name;
  };
  const tcp = async (more: object = {}) => ({
    protocol: "tcp",
    listen_port: await freePort(balancer.public_net.ipv4.ip),
    destination_port: 8080,
    ...more,
  });
  const serverTarget = (id: number, more: object = {}) => ({
    type: "server",
    server: { id },
    ...more,
  });

  it("have types with limits and prices", async () => {
    const { body } = await cloud.api.get("/load_balancer_types?name=lb11");
    expect(body.load_balancer_types).to.have.length(1);
    const [type] = body.load_balancer_types;
    expect(type).to.include({ max_services: 5, max_targets: 25, deprecated: null });
    expect(type.prices[0].price_monthly.net).to.match(/^\d+\.\d+$/);
    const one = await cloud.api.get(`/load_balancer_types/${type.id}`);
    expect(one.body.load_balancer_type).to.deep.equal(type);
    expect((await cloud.api.get("/load_balancer_types/4711")).status).to.equal(404);
  });

  it("have two addresses, which are primary IPs of theirs", async () => {
    const { ipv4, ipv6 } = balancer.public_net;
    expect(ipv4.ip).to.match(/^127\.77\.\d+\.\d+$/);
    expect(ipv6.ip).to.match(/^2001:db8:.*::1$/);
    const { body } = await cloud.api.get(`/primary_ips?ip=${ipv4.ip}`);
    expect(body.primary_ips[0]).to.include({
      assignee_id: balancer.id,
      assignee_type: "load_balancer",
    });
    const { id } = body.primary_ips[0];
    expect((await cloud.api.delete(`/primary_ips/${id}`)).body.error.code).to.equal(
      "must_be_unassigned",
    );
    const { status, body: answer } = await cloud.api.delete(`/load_balancers/${balancer.id}`);
    expect([status, answer.action.command]).to.deep.equal([201, "delete_load_balancer"]);
    expect((await cloud.api.get("/primary_ips")).body.primary_ips).to.deep.equal([]);
  });

  it("can be made with addresses that exist, and give them back", async () => {
    const ip = (name: string, more: object = {}) =>
      cloud.api.made("/primary_ips", { name, type: "ipv4", location: "fsn1", ...more });
    const own = await ip("own");
    const made = await make("own", { public_net: { ipv4: own.id } });
    expect(made.public_net.ipv4).to.include({ id: own.id, ip: own.ip });
    const code = async (public_net: object) => {
      const body = { name: "no", load_balancer_type: "lb11", location: "fsn1", public_net };
      return (await cloud.api.post("/load_balancers", body)).body.error.code;
    };
    expect(await code({ ipv4: own.id })).to.equal("primary_ip_assigned");
    expect(await code({ ipv6: own.id })).to.equal("primary_ip_version_mismatch");
    expect(await code({ ipv4: 1 })).to.equal("not_found");
    expect(await code({ ipv4: (await ip("far", { location: "nbg1" })).id })).to.equal(
      "invalid_input",
    );
    const away = await cloud.api.post(`/primary_ips/${own.id}/actions/unassign`);
    expect(away.body.error.code).to.equal("invalid_input");
    await cloud.api.delete(`/load_balancers/${made.id}`);
    const { body } = await cloud.api.get(`/primary_ips/${own.id}`);
    expect(body.primary_ip).to.include({ assignee_id: null, assignee_type: "unassigned" });
  });

  it("are made in a location or a network zone, of a type that exists", async () => {
    const post = async (body: object) => {
      const answer = await cloud.api.post("/load_balancers", { name: "new", ...body });
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
    const { body: seen } = await cloud.api.get(`/networks/${network.id}`);
    expect(seen.network.load_balancers).to.deep.equal([whole.id]);
    const { body: member } = await cloud.api.get(
      `/networks/${network.id}/members?type=load_balancer`,
    );
    expect(member.members[0]).to.include({ id: whole.id, ip: "10.0.1.2", subnet: "10.0.1.0/24" });

    const count = async () =>
      (await cloud.api.get("/primary_ips")).body.meta.pagination.total_entries;
    const before = await count();
    for (const [code, more] of [
      ["source_port_already_used", { services: [services[0], services[0]] }],
      [
        "resolve_cloud_private_targets_error",
        {
          network: network.id,
          targets: [
            serverTarget(
              (await makeServer("out", { public_net: { enable_ipv4: false, enable_ipv6: false } }))
                .id,
              { use_private_ip: true },
            ),
          ],
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
      expect((await cloud.api.post("/load_balancers", body)).body.error.code).to.equal(code);
    }
    expect(await count()).to.equal(before);
  });

  it("fill in what a service leaves out", async () => {
    const service = await tcp();
    expect(await act("add_service", service)).to.include({ command: "add_service" });
    expect((await read()).services).to.deep.equal([
      {
        ...service,
        proxyprotocol: false,
        http: null,
        health_check: {
          protocol: "tcp",
          port: 8080,
          interval: 15,
          timeout: 10,
          retries: 3,
          http: null,
        },
      },
    ]);
    const { body } = await cloud.api.post(`/load_balancers/${balancer.id}/actions/update_service`, {
      listen_port: service.listen_port,
      protocol: "http",
      http: { sticky_sessions: true },
      health_check: { protocol: "http", http: { path: "/up" } },
    });
    await cloud.api.settled(body.action);
    const [updated] = (await read()).services;
    expect(updated).to.deep.include({ protocol: "http", destination_port: 8080 });
    expect(updated.http).to.deep.equal({
      cookie_name: "HCLBSTICKY",
      cookie_lifetime: 300,
      certificates: [],
      redirect_http: false,
      sticky_sessions: true,
      timeout_idle: 50,
    });
    expect(updated.health_check).to.deep.include({
      protocol: "http",
      interval: 15,
      http: { domain: "", path: "/up", response: "", status_codes: ["2??", "3??"], tls: false },
    });
    const { listen_port } = service;
    expect(await act("delete_service", { listen_port })).to.include({ status: "success" });
    expect((await read()).services).to.deep.equal([]);
    const gone = { status: 404, code: "not_found" };
    expect(await refused("delete_service", { listen_port })).to.include(gone);
    expect(await refused("update_service", { listen_port })).to.include(gone);
  });

  it("refuse services that cannot be", async () => {
    const service = await tcp();
    await act("add_service", service);
    const used = await refused("add_service", service);
    expect(used).to.include({ status: 412, code: "source_port_already_used" });
    const check = { protocol: "tcp", port: 80, interval: 15, timeout: 10, retries: 3 };
    for (const [field, wrong] of [
      ["protocol", { ...service, protocol: "udp" }],
      ["listen_port", { protocol: "tcp", destination_port: 80 }],
      ["destination_port", { protocol: "tcp", listen_port: 4711 }],
      ["listen_port", { ...service, listen_port: 65_536 }],
      ["http", { ...service, listen_port: 4711, http: { sticky_sessions: true } }],
      ["health_check.interval", { ...service, health_check: { ...check, interval: 2 } }],
      ["health_check.timeout", { ...service, health_check: { ...check, timeout: 61 } }],
      ["health_check.retries", { ...service, health_check: { ...check, retries: 6 } }],
      [
        "health_check.http.status_codes.0",
        { ...service, health_check: { ...check, http: { status_codes: ["2xx"] } } },
      ],
      ["http.cookie_name", { protocol: "http", http: { cookie_name: "a b" } }],
      ["http.cookie_lifetime", { protocol: "http", http: { cookie_lifetime: 29 } }],
    ] as const) {
      expect(await wrongField("add_service", wrong), JSON.stringify(wrong)).to.equal(field);
    }
    for (const https of [
      { protocol: "https" },
      { protocol: "http", http: { redirect_http: true } },
    ]) {
      expect(await refused("add_service", https)).to.include({
        status: 501,
        code: "not_implemented",
      });
    }
  });

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
    const { body } = await cloud.api.get(`/servers/${server.id}`);
    expect(body.server.load_balancers).to.deep.equal([balancer.id]);
    for (const target of [selector, address]) await act("remove_target", target);
    const { body: gone } = await cloud.api.delete(`/servers/${server.id}`);
    await cloud.api.settled(gone.action);
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
    await cloud.api.act(`/networks/${network.id}/actions/add_subnet`, {
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
    const { status, body } = await cloud.api.post(path);
    expect([status, body.error.code]).to.deep.equal([422, "server_is_load_balancer_target"]);
    await act("remove_target", serverTarget(server.id));
    await cloud.api.act(path);
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
    expect((await cloud.api.delete(`/networks/${network.id}`)).status).to.equal(204);
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

  it("have as many services and targets as their type allows", async () => {
    for (let n = 0; n < 5; n++) await act("add_service", await tcp());
    for (let n = 1; n <= 25; n++)
      await act("add_target", { type: "ip", ip: { ip: `127.0.1.${n}` } });
    for (const [name, action, body] of [
      ["services", "add_service", await tcp()],
      ["targets", "add_target", { type: "ip", ip: { ip: "127.0.1.99" } }],
    ] as const) {
      const error = await refused(action, body);
      expect(error).to.include({ status: 403, code: "resource_limit_exceeded" });
      expect(error.details.limits[0].name).to.equal(name);
    }
  });

  it("are protected from deletion, and have names in reverse", async () => {
    await act("change_protection", { delete: true });
    const { status, body } = await cloud.api.delete(`/load_balancers/${balancer.id}`);
    expect([status, body.error.code]).to.deep.equal([423, "protected"]);
    const { ipv4, ipv6 } = balancer.public_net;
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

  it("tell an action's failure when a port is taken", async () => {
    const service = await tcp();
    const { createServer } = await import("node:net");
    const holder = createServer();
    await new Promise<void>((resolve) =>
      holder.listen(service.listen_port, balancer.public_net.ipv4.ip, resolve),
    );
    const action = await act("add_service", service);
    expect(action).to.include({ status: "error" });
    expect(action.error.message).to.contain(`port ${service.listen_port}`);
    await new Promise((resolve) => holder.close(resolve));
    const { listen_port } = service;
    expect(await act("update_service", { listen_port })).to.include({ status: "success" });
  });

  it("measure their traffic, as far as anyone asks sensibly", async () => {
    const path = `/load_balancers/${balancer.id}/metrics`;
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    const query = (more: Record<string, string>) =>
      `${path}?${new URLSearchParams({ type: "open_connections,bandwidth", start: at(-60_000), end: at(1000), step: "1", ...more })}`;
    const { body } = await cloud.api.get(query({}));
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
      const { status, body: error } = await cloud.api.get(query(more));
      expect([status, error.error.details.fields[0].name]).to.deep.equal([422, field]);
    }
  });
});
