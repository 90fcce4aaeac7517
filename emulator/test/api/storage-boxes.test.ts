import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

const PASSWORD = "Secret-123456";

describe("storage boxes", () => {
  let cloud: TestCloud;
  let path: string;
  before(async () => {
    cloud = await startCloud();
    path = `/storage_boxes/${(await make("box")).id}`;
  });
  after(() => cloud.stop());

  const make = (name: string, more: object = {}) =>
    cloud.api.made("/storage_boxes", {
      name,
      storage_box_type: "bx11",
      location: "hel1",
      password: PASSWORD,
      ...more,
    });
  const read = async () => (await cloud.api.get(path)).body.storage_box;
  const act = (name: string, body?: object) => cloud.api.act(`${path}/actions/${name}`, body);
  const refused = async (at: string, body: object) => {
    const { status, body: answer } = await cloud.api.post(at, body);
    const { code, details } = answer.error;
    return [status, code, ...(details?.fields ?? []).map((f: { name: string }) => f.name)];
  };

  it("are of a type, in a location, and closed", async () => {
    const box = await read();
    expect(box).to.include({ status: "active", snapshot_plan: null });
    expect(box.storage_box_type).to.include({ name: "bx11", size: 2 ** 40 });
    expect(box.location.name).to.equal("hel1");
    expect(box.username).to.match(/^u\d{6}$/);
    expect(box.server).to.equal(`${box.username}.your-storagebox.de`);
    expect(Object.values(box.access_settings)).to.deep.equal([false, false, false, false, false]);
    expect(JSON.stringify(box)).to.not.contain(PASSWORD);
    const types = (await cloud.api.get("/storage_box_types?name=bx21")).body.storage_box_types;
    expect(types).to.have.length(1);
    expect(types[0].prices[0].price_monthly.net).to.match(/^\d+\.\d{10}$/);
    const bad = { name: "bad", storage_box_type: "bx11", location: "ash", password: PASSWORD };
    expect(await refused("/storage_boxes", bad)).to.deep.equal([422, "invalid_input", "location"]);
    const unknown = { ...bad, location: "fsn1", storage_box_type: "bx99" };
    expect(await refused("/storage_boxes", unknown)).to.deep.equal([404, "not_found"]);
    const short = { ...bad, location: "fsn1", password: "short" };
    expect(await refused("/storage_boxes", short)).to.include("password");
  });

  it("change their type, access, plan, password and protection", async () => {
    await act("change_type", { storage_box_type: "bx21" });
    await act("update_access_settings", { ssh_enabled: true });
    await act("update_access_settings", { zfs_enabled: true });
    await act("reset_password", { password: "Another-123456" });
    const plan = { max_snapshots: 5, minute: 30, hour: 4, day_of_week: 1, day_of_month: null };
    await act("enable_snapshot_plan", plan);
    await act("change_protection", { delete: true });
    const box = await read();
    expect(box.storage_box_type.name).to.equal("bx21");
    expect(box.access_settings).to.include({
      ssh_enabled: true,
      zfs_enabled: true,
      samba_enabled: false,
    });
    expect(box.snapshot_plan).to.deep.equal(plan);
    expect((await cloud.api.delete(path)).body.error.code).to.equal("protected");
    await act("disable_snapshot_plan");
    await act("change_protection", { delete: false });
    expect((await read()).snapshot_plan).to.equal(null);
    const wrong = await refused(`${path}/actions/enable_snapshot_plan`, { ...plan, hour: 24 });
    expect(wrong).to.deep.equal([422, "invalid_input", "hour"]);
    expect((await cloud.api.get(`${path}/folders?path=/`)).body).to.deep.equal({ folders: [] });
  });

  it("have snapshots, and go back to one", async () => {
    const wish = { description: "before", labels: { env: "prod" } };
    const { body } = await cloud.api.post(`${path}/snapshots`, wish);
    const own = `${path}/snapshots/${body.snapshot.id}`;
    expect(body.snapshot).to.deep.include({ ...wish, is_automatic: false });
    expect(body.action.command).to.equal("create_snapshot");
    await cloud.api.put(own, { description: "after", labels: {} });
    const { snapshot } = (await cloud.api.get(own)).body;
    expect(snapshot).to.deep.include({ description: "after", labels: {} });
    const listed = async (query: string) =>
      (await cloud.api.get(`${path}/snapshots?${query}`)).body.snapshots;
    expect(await listed(`name=${snapshot.name}&is_automatic=false`)).to.deep.equal([snapshot]);
    expect(await listed("is_automatic=true")).to.deep.equal([]);
    for (const key of [snapshot.id, snapshot.name]) {
      await act("rollback_snapshot", { snapshot: key });
    }
    const other = await make("other");
    expect((await cloud.api.get(own.replace(path, `/storage_boxes/${other.id}`))).status).to.equal(
      404,
    );
    expect((await cloud.api.delete(own)).status).to.equal(201);
    const gone = await refused(`${path}/actions/rollback_snapshot`, { snapshot: snapshot.id });
    expect(gone).to.deep.equal([404, "not_found"]);
  });

  it("have subaccounts", async () => {
    const wish = { home_directory: "web", password: PASSWORD };
    const { body } = await cloud.api.post(`${path}/subaccounts`, wish);
    const own = `${path}/subaccounts/${body.subaccount.id}`;
    const account = async () => (await cloud.api.get(own)).body.subaccount;
    const { username } = await account();
    expect(username).to.equal(`${(await read()).username}-sub1`);
    expect(await account()).to.include({ name: username, home_directory: "web", description: "" });
    await cloud.api.put(own, { name: "deploy", description: "CI", labels: { a: "b" } });
    await cloud.api.act(`${own}/actions/update_access_settings`, { readonly: true });
    await cloud.api.act(`${own}/actions/change_home_directory`, { home_directory: "/www" });
    await cloud.api.act(`${own}/actions/reset_subaccount_password`, { password: PASSWORD });
    expect(await account()).to.deep.include({
      name: "deploy",
      description: "CI",
      labels: { a: "b" },
      home_directory: "/www",
    });
    expect((await account()).access_settings).to.include({ readonly: true, ssh_enabled: false });
    const { subaccounts } = (await cloud.api.get(`${path}/subaccounts?username=${username}`)).body;
    expect(subaccounts).to.have.length(1);
    const again = await refused(`${path}/subaccounts`, { ...wish, name: "deploy" });
    expect(again.slice(0, 2)).to.deep.equal([409, "uniqueness_error"]);
    const out = await refused(`${path}/subaccounts`, { ...wish, home_directory: "../x" });
    expect(out).to.include("home_directory");
    expect((await cloud.api.delete(own)).status).to.equal(201);
    expect((await cloud.api.get(own)).status).to.equal(404);
  });

  it("are deleted with all that is theirs", async () => {
    const { id } = await make("whole");
    const own = `/storage_boxes/${id}`;
    await cloud.api.post(`${own}/snapshots`, {});
    await cloud.api.post(`${own}/subaccounts`, { home_directory: "a", password: PASSWORD });
    expect((await cloud.api.delete(own)).status).to.equal(201);
    expect((await cloud.api.get(`${own}/snapshots`)).status).to.equal(404);
  });
});
