import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

describe("ISOs", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  const found = async (query: string) => (await cloud.api.get(`/isos?${query}`)).body.isos;

  it("are found by name, id and architecture", async () => {
    const all = await found("");
    expect(all).to.not.be.empty;
    const [first] = all;
    expect(await found(`name=${first.name}`)).to.deep.equal([first]);
    expect((await cloud.api.get(`/isos/${first.id}`)).body.iso).to.deep.equal(first);
    expect((await cloud.api.get("/isos/1")).status).to.equal(404);
    const architectures = async (query: string) =>
      new Set((await found(query)).map((iso: { architecture: string }) => iso.architecture));
    expect([...(await architectures("architecture=arm"))]).to.deep.equal(["arm"]);
    const wild = "architecture=arm&include_architecture_wildcard=true";
    expect([...(await architectures(wild))]).to.have.members(["arm", null]);
    const { body } = await cloud.api.get("/isos?architecture=mips");
    expect(body.error.details.fields[0].name).to.equal("architecture");
  });

  it("are attached to servers and detached again", async () => {
    const wish = { name: "web", server_type: "cx23", image: "docker-ce" };
    const { id, iso } = await cloud.api.made("/servers", wish);
    expect(iso).to.equal(null);
    const [x86, arm] = [(await found("architecture=x86"))[0], (await found("architecture=arm"))[0]];
    const path = `/servers/${id}/actions`;
    const attached = async () => (await cloud.api.get(`/servers/${id}`)).body.server.iso;
    for (const key of [x86.id, x86.name]) {
      const action = await cloud.api.act(`${path}/attach_iso`, { iso: key });
      expect(action.command).to.equal("attach_iso");
      expect(await attached()).to.deep.equal(x86);
    }
    const refused = async (iso: unknown) =>
      (await cloud.api.post(`${path}/attach_iso`, { iso })).body.error.code;
    expect(await refused(arm.id)).to.equal("invalid_input");
    expect(await refused("nothing.iso")).to.equal("not_found");
    for (const _ of [1, 2]) await cloud.api.act(`${path}/detach_iso`); // without one it is fine too
    expect(await attached()).to.equal(null);
  });
});
