import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

describe("volumes", () => {
  let cloud: TestCloud;
  let server: { id: number };
  before(async () => {
    cloud = await startCloud();
    const body = { name: "host", server_type: "cx23", image: "docker-ce", location: "fsn1" };
    server = await cloud.api.made("/servers", body);
  });
  after(() => cloud.stop());

  const make = (name: string, more: object = {}) =>
    cloud.api.made("/volumes", { name, size: 10, location: "fsn1", ...more });

  it("have a device name, a format and a place", async () => {
    const volume = await make("data", { format: "ext4" });
    const linux_device = `/dev/disk/by-id/scsi-0HC_Volume_${volume.id}`;
    expect(volume).to.include({ linux_device, format: "ext4", status: "available", server: null });
    expect(volume.location.name).to.equal("fsn1");
  });

  it("are attached, cannot be deleted then, and are detached", async () => {
    const { id } = await make("attached");
    const path = `/volumes/${id}`;
    const to = { server: server.id, automount: true };
    const action = await cloud.api.act(`${path}/actions/attach`, to);
    expect(action).to.include({ command: "attach_volume", status: "success" });
    expect(action.resources).to.deep.include({ id, type: "volume" });
    expect((await cloud.api.get(`/servers/${server.id}`)).body.server.volumes).to.include(id);
    const twice = await cloud.api.post(`${path}/actions/attach`, to);
    expect(twice.body.error.code).to.equal("volume_already_attached");
    expect((await cloud.api.delete(path)).body.error.code).to.equal("resource_in_use");
    await cloud.api.act(`${path}/actions/detach`, {});
    expect((await cloud.api.delete(path)).status).to.equal(204);
  });

  it("can be made for a server", async () => {
    const body = { name: "direct", size: 10, server: server.id, automount: true };
    const { body: answer } = await cloud.api.post("/volumes", body);
    expect(answer.action.command).to.equal("create_volume");
    expect(answer.next_actions[0].command).to.equal("attach_volume");
    expect(answer.volume.server).to.equal(server.id);
    await cloud.api.settled(answer.next_actions[0]);
  });

  it("only grow", async () => {
    const { id } = await make("grows");
    await cloud.api.act(`/volumes/${id}/actions/resize`, { size: 20 });
    expect((await cloud.api.get(`/volumes/${id}`)).body.volume.size).to.equal(20);
    const { body } = await cloud.api.post(`/volumes/${id}/actions/resize`, { size: 15 });
    expect(body.error.details.fields[0].name).to.equal("size");
  });

  it("are protected from deletion", async () => {
    const { id } = await make("guarded");
    await cloud.api.act(`/volumes/${id}/actions/change_protection`, { delete: true });
    expect((await cloud.api.delete(`/volumes/${id}`)).status).to.equal(423);
  });

  it("refuse what does not fit", async () => {
    const code = async (path: string, body: object) =>
      (await cloud.api.post(path, body)).body.error.code;
    expect(await code("/volumes", { name: "s", size: 9, location: "fsn1" })).to.equal(
      "invalid_input",
    );
    expect(await code("/volumes", { name: "n", size: 10 })).to.equal("invalid_input");
    const both = { name: "b", size: 10, location: "fsn1", server: server.id };
    expect(await code("/volumes", both)).to.equal("invalid_input");
    expect(await code("/volumes", { name: "x", size: 10, server: 1 })).to.equal("not_found");
    const far = await make("far", { location: "nbg1" });
    const attach = `/volumes/${far.id}/actions/attach`;
    expect(await code(attach, { server: server.id })).to.equal("invalid_input");
    expect(await code(attach, { server: 1 })).to.equal("not_found");
    expect(await code(`/volumes/${far.id}/actions/detach`, {})).to.equal("invalid_input");
  });
});
