import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

describe("actions", () => {
  let cloud: TestCloud;
  let server: { id: number };
  before(async () => {
    cloud = await startCloud();
    const body = { name: "actor", server_type: "cx23", image: "docker-ce" };
    server = await cloud.api.made("/servers", body);
    await cloud.api.made("/firewalls", { name: "other" });
  });
  after(() => cloud.stop());

  it("are polled as the provider does: by ids, sorted by status", async () => {
    const { actions } = (await cloud.api.get(`/servers/${server.id}/actions`)).body;
    const ids = actions.map((a: { id: number }) => a.id);
    const query = ids.map((id: number) => `id=${id}`).join("&");
    const { status, body } = await cloud.api.get(`/actions?${query}&page=1&sort=status&sort=id`);
    expect(status).to.equal(200);
    expect(body.actions).to.deep.equal(actions);
    expect(body.actions[0]).to.deep.include({
      command: "create_server",
      status: "success",
      progress: 100,
      error: null,
      resources: [{ id: server.id, type: "server" }],
    });
  });

  it("are read one by one, by resource, and per kind of resource", async () => {
    const { actions } = (await cloud.api.get("/servers/actions")).body;
    expect(actions.map((a: { command: string }) => a.command)).to.include("start_server");
    const [first] = actions;
    for (const path of ["/actions", "/servers/actions", `/servers/${server.id}/actions`]) {
      expect((await cloud.api.get(`${path}/${first.id}`)).body.action, path).to.deep.equal(first);
    }
    expect((await cloud.api.get(`/firewalls/actions/${first.id}`)).status).to.equal(404);
    expect((await cloud.api.get("/servers/1/actions")).status).to.equal(404);
    expect((await cloud.api.get("/actions/1")).status).to.equal(404);
  });

  it("cannot be listed without ids", async () => {
    const { status, body } = await cloud.api.get("/actions");
    expect(status).to.equal(422);
    expect(body.error.details.fields[0].name).to.equal("id");
  });
});
