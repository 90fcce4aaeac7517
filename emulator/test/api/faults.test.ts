import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { control, wish } from "../support/control.ts";

const SERVER = { server_type: "cx23", image: "docker-ce", location: "fsn1" };

describe("faults on demand", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  afterEach(() => control(cloud, "DELETE", "/faults"));
  after(() => cloud.stop());

  const code = async (path: string) => (await cloud.api.get(path)).body?.error?.code;

  it("strike once, so many times, or until they are cleared", async () => {
    await wish(cloud, { kind: "rate_limit" });
    expect([await code("/servers"), await code("/servers")]).to.deep.equal([
      "rate_limit_exceeded",
      undefined,
    ]);
    await wish(cloud, { kind: "error", status: 503, times: 2 });
    const three = [await code("/servers"), await code("/servers"), await code("/servers")];
    expect(three).to.deep.equal(["unavailable", "unavailable", undefined]);
    const { fault } = await wish(cloud, { kind: "error", times: null });
    for (let n = 0; n < 5; n++) expect(await code("/volumes")).to.equal("server_error");
    await control(cloud, "DELETE", `/faults/${fault.id}`);
    expect(await code("/volumes")).to.equal(undefined);
  });

  it("strike only what they are for: a method, a path, a resource", async () => {
    const { id } = await cloud.api.made("/firewalls", { name: "aimed" });
    await wish(cloud, { kind: "error", method: "PUT", path: "/firewalls/*", resource: String(id) });
    expect((await cloud.api.get(`/firewalls/${id}`)).status).to.equal(200);
    expect((await cloud.api.put("/firewalls/1", {})).status).to.equal(404);
    expect((await cloud.api.put(`/firewalls/${id}`, {})).status).to.equal(500);
    expect((await cloud.api.put(`/firewalls/${id}`, {})).status).to.equal(200);
  });

  it("can be any of Hetzner's own troubles", async () => {
    for (const [status, trouble] of [
      [403, "forbidden"],
      [403, "maintenance"],
      [409, "conflict"],
      [422, "service_error"],
      [422, "unsupported_error"],
      [423, "resource_locked"],
      [502, "bad_gateway"],
      [503, "robot_unavailable"],
      [503, "unavailable"],
      [504, "timeout"],
    ] as const) {
      await wish(cloud, { kind: "error", status, code: trouble });
      const answer = await cloud.api.get("/servers");
      expect([answer.status, answer.body.error.code]).to.deep.equal([status, trouble]);
    }
  });

  it("can be a 502 without a body", async () => {
    await wish(cloud, { kind: "bad_gateway" });
    const { status, body } = await cloud.api.get("/servers");
    expect([status, body]).to.deep.equal([502, null]);
  });

  it("can be a location where nothing is to be had", async () => {
    await wish(cloud, { kind: "resource_unavailable", location: "fsn1", times: null });
    const refused = await cloud.api.post("/servers", { ...SERVER, name: "nowhere" });
    expect(refused.status).to.equal(412);
    expect(refused.body.error.code).to.equal("resource_unavailable");
    const volume = { name: "full", size: 10, location: "fsn1" };
    const full = await cloud.api.post("/volumes", volume);
    expect(full.body.error.code).to.equal("no_space_left_in_location");
    const elsewhere = { ...SERVER, name: "elsewhere", location: "nbg1" };
    expect((await cloud.api.post("/servers", elsewhere)).status).to.equal(201);
  });

  const broken = (work: Promise<unknown>) => work.then(() => false).catch(() => true);

  it("can be a connection that is reset before anything is done", async () => {
    await wish(cloud, { kind: "reset", method: "POST" });
    expect(await broken(cloud.api.post("/firewalls", { name: "unheard" }))).to.equal(true);
    expect((await cloud.api.get("/firewalls?name=unheard")).body.firewalls).to.have.length(0);
  });

  it("can be an answer that is lost after the work was done", async () => {
    await wish(cloud, { kind: "lost_answer", method: "POST", path: "/firewalls" });
    expect(await broken(cloud.api.post("/firewalls", { name: "untold" }))).to.equal(true);
    expect((await cloud.api.get("/firewalls?name=untold")).body.firewalls).to.have.length(1);
  });

  it("can be an action that fails, and leaves the server as its machine is", async () => {
    await wish(cloud, { kind: "failing_action", command: "start_server", code: "no_luck" });
    const { body } = await cloud.api.post("/servers", { ...SERVER, name: "unlucky" });
    await cloud.api.settled(body.action);
    const failed = await cloud.api.ended(body.next_actions[0]);
    expect(failed).to.deep.include({ status: "error", progress: 100 });
    expect(failed.error.code).to.equal("no_luck");
    const { server } = (await cloud.api.get(`/servers/${body.server.id}`)).body;
    expect(server.status).to.equal("off");
  });

  it("can be an action that takes longer", async () => {
    cloud.clock.hold();
    await wish(cloud, { kind: "slow_action", seconds: 60, command: "create_volume" });
    const volume = { name: "slow", size: 10, location: "fsn1" };
    const { action } = (await cloud.api.post("/volumes", volume)).body;
    expect(action.status).to.equal("running");
    await cloud.clock.advance(59_000);
    expect((await cloud.api.get(`/actions/${action.id}`)).body.action.progress).to.equal(75);
    await cloud.clock.advance(1000);
    expect((await cloud.api.get(`/actions/${action.id}`)).body.action.status).to.equal("success");
    cloud.clock.release();
  });

  it("can be a wrong time", async () => {
    cloud.clock.hold();
    const now = cloud.clock.now().getTime();
    await wish(cloud, { kind: "clock_skew", seconds: -7200, times: 2 });
    const { headers, body } = await cloud.api.post("/firewalls", { name: "yesterday" });
    const away = (text: string) => (Date.parse(text) - now) / 1000;
    expect(away(body.firewall.created)).to.be.closeTo(-7200, 1);
    expect(away(headers.get("date") ?? "")).to.be.closeTo(-7200, 1);
    await cloud.api.get("/servers");
    const right = await cloud.api.get("/servers");
    expect(away(right.headers.get("date") ?? "")).to.be.closeTo(0, 1);
    cloud.clock.release();
  });

  it("can be a change behind someone's back, which no other fault keeps from happening", async () => {
    const { id } = await cloud.api.made("/firewalls", { name: "drifting" });
    await wish(cloud, { kind: "error", times: null });
    const path = `/firewalls/${id}`;
    await control(cloud, "POST", "/drift", { method: "PUT", path, body: { name: "drifted" } });
    await control(cloud, "DELETE", "/faults");
    expect((await cloud.api.get(path)).body.firewall.name).to.equal("drifted");
    await control(cloud, "POST", "/drift", { method: "DELETE", path });
    expect((await cloud.api.get(path)).status).to.equal(404);
    const { error } = await control(cloud, "POST", "/drift", { method: "DELETE", path });
    expect(error.code).to.equal("not_found");
  });

  it("are named in the log", async () => {
    await wish(cloud, { kind: "bad_gateway" });
    await cloud.api.get("/servers");
    expect(JSON.parse(cloud.lines.at(-1) ?? "")).to.include({ fault: "bad_gateway", status: 502 });
  });

  it("that make no sense are refused", async () => {
    for (const body of [
      { kind: "flood" },
      { kind: "rate_limit", times: 0 },
      { kind: "error", statis: 1 },
    ]) {
      const { error } = await control(cloud, "POST", "/faults", body);
      expect(error.code).to.equal("invalid_input");
      expect(error.details.fields).to.not.be.empty;
    }
  });
});
