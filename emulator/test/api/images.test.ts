import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { wish } from "../support/control.ts";

const BODY = { server_type: "cx23", image: "docker-ce", location: "fsn1" };

describe("snapshots and backups", () => {
  let cloud: TestCloud;
  let server: { id: number };
  let docker: { id: number };
  before(async () => {
    cloud = await startCloud();
    server = await cloud.api.made("/servers", { name: "origin", ...BODY });
    docker = (await cloud.api.get("/images?name=docker-ce&architecture=x86")).body.images[0];
  });
  after(() => cloud.stop());

  const path = () => `/servers/${server.id}/actions`;
  const take = async (body?: object) => {
    const answer = await cloud.api.post(`${path()}/create_image`, body);
    expect(answer.status).to.equal(201);
    await cloud.api.settled(answer.body.action);
    return answer.body.image;
  };
  const read = async (id: number) => (await cloud.api.get(`/images/${id}`)).body.image;
  const found = async (query: string) =>
    (await cloud.api.get(`/images?${query}`)).body.images.map((i: { id: number }) => i.id);
  const refused = async (method: string, to: string, body?: object) => {
    const answer = await cloud.api.send(method, to, body);
    return { status: answer.status, code: answer.body.error?.code };
  };

  it("are made of a server, and say of which", async () => {
    const answer = await cloud.api.post(`${path()}/create_image`, {
      description: "before the change",
      labels: { keep: "yes" },
    });
    expect(answer.body.image).to.include({ type: "snapshot", status: "creating", name: null });
    expect(answer.body.action).to.include({ command: "create_image" });
    expect(answer.body.action.resources).to.deep.equal([
      { id: server.id, type: "server" },
      { id: answer.body.image.id, type: "image" },
    ]);
    await cloud.api.settled(answer.body.action);
    expect(await read(answer.body.image.id)).to.deep.include({
      status: "available",
      description: "before the change",
      labels: { keep: "yes" },
      created_from: { id: server.id, name: "origin" },
      bound_to: null,
      disk_size: 40,
      os_flavor: "ubuntu",
      architecture: "x86",
      rapid_deploy: false,
      protection: { delete: false },
      deleted: null,
    });
  });

  it("are found by type, status, server, architecture and label", async () => {
    await cloud.api.act(`${path()}/enable_backup`);
    const snapshot = await take({ labels: { find: "me" } });
    const backup = await take({ type: "backup" });
    expect(await found("type=backup")).to.deep.equal([backup.id]);
    expect(await found(`bound_to=${server.id}`)).to.deep.equal([backup.id]);
    expect(await found("label_selector=find==me")).to.deep.equal([snapshot.id]);
    expect(await found("type=snapshot&status=available")).to.include(snapshot.id);
    expect(await found("type=snapshot&architecture=arm")).to.deep.equal([]);
    expect(await found("type=snapshot&status=creating")).to.deep.equal([]);
    expect(await found("type=system&type=app")).to.not.include(snapshot.id);
  });

  it("take another description and labels; a backup becomes a snapshot", async () => {
    const { id } = await take({ type: "backup" });
    const { body } = await cloud.api.put(`/images/${id}`, {
      description: "kept",
      labels: { a: "b" },
      type: "snapshot",
    });
    expect(body.image).to.deep.include({
      type: "snapshot",
      bound_to: null,
      description: "kept",
      labels: { a: "b" },
    });
    expect(await refused("PUT", `/images/${id}`, { type: "backup" })).to.deep.equal({
      status: 422,
      code: "invalid_input",
    });
  });

  it("are protected from deletion, snapshots only", async () => {
    const { id } = await take();
    await cloud.api.act(`/images/${id}/actions/change_protection`, { delete: true });
    expect(await refused("DELETE", `/images/${id}`)).to.deep.equal({
      status: 423,
      code: "protected",
    });
    await cloud.api.act(`/images/${id}/actions/change_protection`, { delete: false });
    expect((await cloud.api.delete(`/images/${id}`)).status).to.equal(204);
    expect((await cloud.api.get(`/images/${id}`)).status).to.equal(404);
    const backup = await take({ type: "backup" });
    const unsupported = { status: 422, code: "unsupported_error" };
    const protect = `/images/${backup.id}/actions/change_protection`;
    expect(await refused("POST", protect, { delete: true })).to.deep.equal(unsupported);
  });

  it("are the only images that can be changed", async () => {
    const unsupported = { status: 422, code: "unsupported_error" };
    const of = `/images/${docker.id}`;
    expect(await refused("DELETE", of)).to.deep.equal(unsupported);
    expect(await refused("PUT", of, { description: "mine" })).to.deep.equal(unsupported);
    const protect = `${of}/actions/change_protection`;
    expect(await refused("POST", protect, { delete: true })).to.deep.equal(unsupported);
    expect(await refused("DELETE", "/images/1")).to.deep.equal({ status: 404, code: "not_found" });
  });

  it("make other servers, which show them when they are deleted", async () => {
    const { id } = await take();
    const copy = await cloud.api.made("/servers", { ...BODY, name: "copy", image: id });
    expect(copy.image).to.include({ id, type: "snapshot", deleted: null });
    await cloud.api.delete(`/images/${id}`);
    const after = (await cloud.api.get(`/servers/${copy.id}`)).body.server;
    expect(after.image.id).to.equal(id);
    expect(after.image.deleted).to.be.a("string");
    expect(await found("type=snapshot")).to.not.include(id);
    const again = { ...BODY, name: "again", image: id };
    expect(await refused("POST", "/servers", again)).to.deep.equal({
      status: 404,
      code: "not_found",
    });
  });

  it("are refused where they do not fit", async () => {
    const big = await cloud.api.made("/servers", { ...BODY, name: "big", server_type: "cx33" });
    const { body } = await cloud.api.post(`/servers/${big.id}/actions/create_image`);
    await cloud.api.settled(body.action);
    const invalid = { status: 422, code: "invalid_input" };
    const image = body.image.id; // 80 GB
    expect(await refused("POST", "/servers", { ...BODY, name: "small", image })).to.deep.equal(
      invalid,
    );
    expect(await refused("POST", `${path()}/rebuild`, { image })).to.deep.equal(invalid);
    const arm = (await cloud.api.get("/images?name=docker-ce&architecture=arm")).body.images[0];
    expect(await refused("POST", `${path()}/rebuild`, { image: arm.id })).to.deep.equal(invalid);
  });

  it("that could not be made are unavailable, and no server is made of them", async () => {
    await wish(cloud, { kind: "failing_action", command: "create_image" });
    const { body } = await cloud.api.post(`${path()}/create_image`);
    const { id } = body.image;
    expect((await cloud.api.ended(body.action)).status).to.equal("error");
    expect((await read(id)).status).to.equal("unavailable");
    expect(await refused("POST", "/servers", { ...BODY, name: "none", image: id })).to.deep.equal({
      status: 423,
      code: "locked",
    });
  });

  it("are at most seven backups: the oldest makes room", async () => {
    const made: number[] = [];
    for (let n = 0; n < 8; n++) made.push((await take({ type: "backup" })).id);
    expect(await found("type=backup")).to.deep.equal(made.slice(1));
  });

  it("go with the backups' switch, and with the server", async () => {
    await cloud.api.act(`${path()}/disable_backup`);
    expect(await found("type=backup")).to.deep.equal([]);
    expect(await refused("POST", `${path()}/create_image`, { type: "backup" })).to.deep.equal({
      status: 422,
      code: "unsupported_error",
    });
    await cloud.api.act(`${path()}/enable_backup`);
    await take({ type: "backup" });
    const snapshot = await take();
    const { body } = await cloud.api.delete(`/servers/${server.id}`);
    await cloud.api.settled(body.action);
    expect(await found("type=backup")).to.deep.equal([]);
    expect(await found("type=snapshot")).to.include(snapshot.id);
  });
});
