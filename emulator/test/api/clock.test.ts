import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

describe("actions that take time", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud({ profile: "realistic" });
    cloud.clock.hold();
  });
  after(async () => {
    await cloud.clock.advance(60_000);
    await cloud.stop();
  });
  const action = async (id: number) => (await cloud.api.get(`/actions/${id}`)).body.action;

  it("are running, make progress, and succeed when their time has passed", async () => {
    const body = { name: "slow", server_type: "cx23", image: "docker-ce" };
    const { server, action: created, next_actions } = (await cloud.api.post("/servers", body)).body;
    expect(created).to.include({ status: "running", progress: 0, finished: null });
    expect(server).to.include({ status: "initializing", locked: true });

    await cloud.clock.advance(3000);
    expect(await action(created.id)).to.include({ status: "running", progress: 50 });
    expect((await action(next_actions[0].id)).progress).to.equal(0);

    await cloud.clock.advance(3000);
    const done = await action(created.id);
    expect(done).to.include({ status: "success", progress: 100 });
    expect(Date.parse(done.finished) - Date.parse(done.started)).to.equal(6000);
    expect((await action(next_actions[0].id)).status).to.equal("running");

    await cloud.clock.advance(3000);
    expect((await action(next_actions[0].id)).status).to.equal("success");
    const now = (await cloud.api.get(`/servers/${server.id}`)).body.server;
    expect(now).to.include({ status: "running", locked: false });
  });

  it("lock their resource meanwhile", async () => {
    const [server] = (await cloud.api.get("/servers?name=slow")).body.servers;
    await cloud.api.post(`/servers/${server.id}/actions/poweroff`);
    const refused = await cloud.api.post(`/servers/${server.id}/actions/poweron`);
    expect(refused.status).to.equal(423);
    expect(refused.body.error.code).to.equal("locked");
    await cloud.clock.advance(3000);
    expect((await cloud.api.post(`/servers/${server.id}/actions/poweron`)).status).to.equal(201);
  });

  it("take no time in the instant profile", async () => {
    const instant = await startCloud();
    instant.clock.hold();
    const volume = { name: "data", size: 10, location: "fsn1" };
    expect((await instant.api.post("/volumes", volume)).body.action.status).to.equal("success");
    await instant.stop();
  });
});
