import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

describe("placement groups", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  const makeGroup = (name: string) => cloud.api.made("/placement_groups", { name, type: "spread" });
  const body = (name: string, more: object = {}) => ({
    name,
    server_type: "cx23",
    image: "docker-ce",
    start_after_create: false,
    ...more,
  });
  const makeServer = (name: string, more: object = {}) =>
    cloud.api.made("/servers", body(name, more));
  const refused = async (path: string, wish: object = {}) => {
    const { status, body: answer } = await cloud.api.post(path, wish);
    return { status, code: answer.error.code };
  };

  it("are of the type spread", async () => {
    const { body: answer } = await cloud.api.post("/placement_groups", {
      name: "x",
      type: "dense",
    });
    expect(answer.error.details.fields[0].name).to.equal("type");
    const { body: made } = await cloud.api.post("/placement_groups", { name: "y", type: "spread" });
    expect(made.action).to.equal(null);
    expect(made.placement_group).to.deep.include({ type: "spread", servers: [], labels: {} });
  });

  it("know their servers, and servers their group", async () => {
    const group = await makeGroup("known");
    const { id } = await makeServer("member", { placement_group: group.id });
    const { body: read } = await cloud.api.get(`/servers/${id}`);
    expect(read.server.placement_group).to.deep.include({ id: group.id, servers: [id] });
    const listed = await cloud.api.get("/placement_groups?type=spread&name=known");
    expect(listed.body.placement_groups[0].servers).to.deep.equal([id]);
  });

  it("take servers that are off, and let them go", async () => {
    const group = await makeGroup("moves");
    const { id } = await makeServer("mover");
    const path = `/servers/${id}/actions`;
    const add = { placement_group: group.id };
    await cloud.api.act(`${path}/poweron`);
    expect(await refused(`${path}/add_to_placement_group`, add)).to.deep.equal({
      status: 422,
      code: "server_not_stopped",
    });
    await cloud.api.act(`${path}/poweroff`);
    const action = await cloud.api.act(`${path}/add_to_placement_group`, add);
    expect(action).to.include({ command: "add_to_placement_group", status: "success" });
    // It is started with that, on a host that fits the group.
    expect((await cloud.api.get(`/servers/${id}`)).body.server.status).to.equal("running");
    expect(await refused(`${path}/add_to_placement_group`, add)).to.deep.equal({
      status: 422,
      code: "already_in_placement_group",
    });
    await cloud.api.act(`${path}/poweroff`);
    await cloud.api.act(`${path}/remove_from_placement_group`);
    expect((await cloud.api.get(`/servers/${id}`)).body.server.placement_group).to.equal(null);
    const again = await refused(`${path}/remove_from_placement_group`);
    expect(again).to.deep.equal({ status: 404, code: "not_found" });
    expect(await refused(`${path}/add_to_placement_group`, { placement_group: 1 })).to.deep.equal({
      status: 404,
      code: "not_found",
    });
  });

  it("have at most ten servers", async () => {
    const group = await makeGroup("full");
    for (let n = 0; n < 10; n++) await makeServer(`full-${n}`, { placement_group: group.id });
    const error = { status: 422, code: "placement_group_member_limit_reached" };
    const more = body("full-10", { placement_group: group.id });
    expect(await refused("/servers", more)).to.deep.equal(error);
    const { id } = await makeServer("late");
    const add = { placement_group: group.id };
    expect(await refused(`/servers/${id}/actions/add_to_placement_group`, add)).to.deep.equal(
      error,
    );
  });

  it("are deleted without their servers", async () => {
    const group = await makeGroup("leaves");
    const { id } = await makeServer("left", { placement_group: group.id });
    expect((await cloud.api.delete(`/placement_groups/${group.id}`)).status).to.equal(204);
    expect((await cloud.api.get(`/servers/${id}`)).body.server.placement_group).to.equal(null);
  });

  it("are at most fifty", async () => {
    const { body: now } = await cloud.api.get("/placement_groups");
    for (let n = now.meta.pagination.total_entries; n < 50; n++) await makeGroup(`group-${n}`);
    expect(await refused("/placement_groups", { name: "more", type: "spread" })).to.deep.equal({
      status: 403,
      code: "resource_limit_exceeded",
    });
  });
});
