import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

describe("the catalogue", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  it("finds a server type by name and by id", async () => {
    const { body } = await cloud.api.get("/server_types?name=cx23");
    expect(body.server_types).to.have.length(1);
    const [type] = body.server_types;
    expect(type).to.include({ name: "cx23", cores: 2, memory: 4, disk: 40, architecture: "x86" });
    expect(type.deprecation).to.equal(null);
    expect(type.prices[0].price_monthly.net).to.match(/^\d+\.\d{10}$/);
    expect((await cloud.api.get(`/server_types/${type.id}`)).body.server_type).to.deep.equal(type);
    expect((await cloud.api.get("/server_types?name=cx99")).body.server_types).to.deep.equal([]);
  });

  it("finds an image by name and architecture, as the provider asks", async () => {
    const query = "architecture=x86&include_deprecated=true&name=docker-ce";
    const { body } = await cloud.api.get(`/images?${query}`);
    expect(body.images).to.have.length(1);
    expect(body.images[0]).to.include({ name: "docker-ce", type: "app", deprecated: null });
    expect((await cloud.api.get("/images?type=snapshot")).body.images).to.deep.equal([]);
  });

  it("lists locations, datacenters and prices", async () => {
    const { body } = await cloud.api.get("/locations");
    const names = body.locations.map((l: { name: string }) => l.name);
    expect(names).to.deep.equal(["fsn1", "nbg1", "hel1", "ash", "hil", "sin"]);
    expect(body.locations[0]).to.not.have.property("datacenter");
    const { datacenters } = (await cloud.api.get("/datacenters?name=fsn1-dc14")).body;
    expect(datacenters[0].location.name).to.equal("fsn1");
    const { pricing } = (await cloud.api.get("/pricing")).body;
    expect(pricing.currency).to.equal("EUR");
    expect(pricing.server_types.length).to.be.greaterThan(10);
  });

  it("offers nothing that it does not have", async () => {
    for (const path of ["locations/99", "server_types/1", "images/7", "datacenters/x"]) {
      expect((await cloud.api.get(`/${path}`)).status, path).to.equal(404);
    }
  });
});
