import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { publicKey } from "../support/keys.ts";

const BODY = { server_type: "cx23", image: "docker-ce", location: "fsn1" };

describe("actions of servers", () => {
  let cloud: TestCloud;
  let server: { id: number };
  before(async () => {
    cloud = await startCloud();
    server = await cloud.api.made("/servers", { name: "one", ...BODY });
  });
  after(() => cloud.stop());

  const read = async () => (await cloud.api.get(`/servers/${server.id}`)).body.server;
  const post = (action: string, body?: object) =>
    cloud.api.post(`/servers/${server.id}/actions/${action}`, body);
  const refused = async (action: string, body?: object) => {
    const answer = await post(action, body);
    return `${answer.status} ${answer.body.error?.code}`;
  };

  it("rebuild from an image by name or id, with a password where there are no keys", async () => {
    const answer = await post("rebuild", { image: "debian-12" });
    expect(answer.status).to.equal(201);
    expect(answer.body.action).to.include({ command: "rebuild_server" });
    expect(answer.body.root_password).to.have.length(20);
    await cloud.api.settled(answer.body.action);
    const after = await read();
    expect(after.image.name).to.equal("debian-12");
    expect(after.status).to.equal("running");

    const key = await cloud.api.made("/ssh_keys", { name: "key", public_key: publicKey() });
    const keyed = await cloud.api.made("/servers", { name: "keyed", ...BODY, ssh_keys: [key.id] });
    const of = `/servers/${keyed.id}/actions/rebuild`;
    const { body } = await cloud.api.post(of, { image: after.image.id, user_data: "#!/bin/sh\n" });
    expect(body.root_password).to.equal(null);
    await cloud.api.settled(body.action);
  });

  it("rebuild nothing that is protected or does not exist", async () => {
    expect(await refused("rebuild", { image: "nothing" })).to.equal("404 not_found");
    expect(await refused("rebuild", {})).to.equal("422 invalid_input");
    const big = { image: "debian-12", user_data: "x".repeat(33 * 1024) };
    expect(await refused("rebuild", big)).to.equal("422 invalid_input");
    await cloud.api.act(`/servers/${server.id}/actions/change_protection`, {
      delete: true,
      rebuild: true,
    });
    expect(await refused("rebuild", { image: "debian-12" })).to.equal("423 protected");
  });

  it("lead into the rescue system at the next start, once", async () => {
    const key = await cloud.api.made("/ssh_keys", { name: "rescuer", public_key: publicKey() });
    expect((await read()).rescue_enabled).to.equal(false);
    const { body } = await post("enable_rescue", { type: "linux64", ssh_keys: [key.id] });
    expect(body.action).to.include({ command: "enable_rescue", status: "success" });
    expect(body.root_password).to.have.length(20);
    expect((await read()).rescue_enabled).to.equal(true);
    await cloud.api.act(`/servers/${server.id}/actions/reboot`);
    expect((await read()).rescue_enabled).to.equal(false);
  });

  it("forget a rescue system that is switched off, or that nobody started within an hour", async () => {
    await post("enable_rescue");
    await cloud.api.act(`/servers/${server.id}/actions/disable_rescue`);
    expect((await read()).rescue_enabled).to.equal(false);
    cloud.clock.hold();
    await post("enable_rescue");
    await cloud.clock.advance(59 * 60_000);
    expect((await read()).rescue_enabled).to.equal(true);
    await cloud.clock.advance(60_001);
    expect((await read()).rescue_enabled).to.equal(false);
    cloud.clock.release();
  });

  it("know one kind of rescue system, and only keys that exist", async () => {
    expect(await refused("enable_rescue", { type: "freebsd64" })).to.equal("422 invalid_input");
    expect(await refused("enable_rescue", { ssh_keys: [1] })).to.equal("404 not_found");
  });

  it("reset the password of a server that runs", async () => {
    const { body } = await post("reset_password");
    expect(body.root_password).to.have.length(20);
    expect(await cloud.api.settled(body.action)).to.include({ status: "success" });
    await cloud.api.act(`/servers/${server.id}/actions/poweroff`);
    expect(await refused("reset_password")).to.equal("422 unsupported_error");
    await cloud.api.act(`/servers/${server.id}/actions/poweron`);
  });

  it("give access to the console once, within a minute, for a password", async () => {
    const { body } = await post("request_console");
    expect(body.wss_url).to.match(
      /^ws:\/\/127\.0\.0\.1:\d+\/console\?server_id=\d+&token=[0-9a-f]+$/,
    );
    const end = (url: string, password: string) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(url);
        socket.onopen = () => socket.send(password);
        socket.onclose = ({ code }) => resolve(code);
        socket.onmessage = () => {
          socket.close();
          resolve(0);
        };
      });
    expect(await end(body.wss_url, "wrong")).to.equal(4401);
    expect(await end(body.wss_url, body.password)).to.equal(1006); // the token is used
    const next = (await post("request_console")).body;
    expect(await end(next.wss_url, next.password)).to.equal(0);
  });

  it("show metrics in Hetzner's shape, and say which query is wrong", async () => {
    const of = (query: string) => cloud.api.get(`/servers/${server.id}/metrics?${query}`);
    const start = "start=2026-01-01T00:00:00Z&end=2026-01-01T01:00:00%2B00:00";
    const { metrics } = (await of(`type=cpu&type=network&${start}&step=60`)).body;
    expect(metrics).to.include({ start: "2026-01-01T00:00:00Z", step: 60 });
    expect(Object.keys(metrics.time_series)).to.deep.equal([
      "cpu",
      "network.0.pps.in",
      "network.0.pps.out",
      "network.0.bandwidth.in",
      "network.0.bandwidth.out",
    ]);
    expect((await of(`type=disk&${start}`)).body.metrics.step).to.equal(18);
    // A sample for each step, as whoever draws a graph needs it.
    expect(metrics.time_series.cpu.values).to.have.length(61);
    expect(metrics.time_series.cpu.values[1]).to.deep.equal([1767225660, "0.001"]);
    expect((await of(`type=cpu&${start}&step=1`)).body.error.details.fields[0].name).to.equal(
      "step",
    );
    for (const [query, field] of [
      [start, "type"],
      [`type=gpu&${start}`, "type.0"],
      ["type=cpu&start=today&end=2026-01-01T01:00:00Z", "start"],
      ["type=cpu&start=2026-01-02T00:00:00Z&end=2026-01-01T01:00:00Z", "end"],
      [`type=cpu&${start}&step=0`, "step"],
    ] as const) {
      const { status, body } = await of(query);
      expect(status, query).to.equal(422);
      expect(body.error.details.fields[0].name, query).to.equal(field);
    }
  });
});
