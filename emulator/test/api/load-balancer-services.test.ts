import { expect } from "chai";
import { useBalancer } from "../support/balancers.ts";

describe("services of load balancers", () => {
  const { front, act, read, refused, wrongField, tcp } = useBalancer();

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
    const { body } = await front.cloud.api.post(
      `/load_balancers/${front.balancer.id}/actions/update_service`,
      {
        listen_port: service.listen_port,
        protocol: "http",
        http: { sticky_sessions: true },
        health_check: { protocol: "http", http: { path: "/up" } },
      },
    );
    await front.cloud.api.settled(body.action);
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

  it("tell an action's failure when a port is taken", async () => {
    const service = await tcp();
    const { createServer } = await import("node:net");
    const holder = createServer();
    await new Promise<void>((resolve) =>
      holder.listen(service.listen_port, front.balancer.public_net.ipv4.ip, resolve),
    );
    const { body } = await front.cloud.api.post(
      `/load_balancers/${front.balancer.id}/actions/add_service`,
      service,
    );
    const action = await front.cloud.api.ended(body.action);
    expect(action).to.include({ status: "error" });
    expect(action.error.message).to.contain(`port ${service.listen_port}`);
    await new Promise((resolve) => holder.close(resolve));
    const { listen_port } = service;
    expect(await act("update_service", { listen_port })).to.include({ status: "success" });
  });
});
