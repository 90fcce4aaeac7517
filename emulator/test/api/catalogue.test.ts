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

  it("still reads a retired server type by id, and does not list it", async () => {
    const { server_type } = (await cloud.api.get("/server_types/1")).body;
    expect(server_type).to.deep.include({ name: "cx11", deprecated: true, prices: [] });
    expect(Date.parse(server_type.deprecation.unavailable_after)).to.be.lessThan(Date.now());
    expect((await cloud.api.get("/server_types?name=cx11")).body.server_types).to.deep.equal([]);
  });

  it("describes server types as the API does", async () => {
    const described = async (name: string) =>
      (await cloud.api.get(`/server_types?name=${name}`)).body.server_types[0].description;
    expect(await described("cpx11")).to.equal("CPX 11");
    expect(await described("cx23")).to.equal("CX23");
  });

  it("finds an image by name and architecture, as the provider asks", async () => {
    const query = "architecture=x86&include_deprecated=true&name=docker-ce";
    const { body } = await cloud.api.get(`/images?${query}`);
    expect(body.images).to.have.length(1);
    expect(body.images[0]).to.include({ name: "docker-ce", type: "app", deprecated: null });
    expect((await cloud.api.get("/images?type=snapshot")).body.images).to.deep.equal([]);
  });

  it("lists locations and prices", async () => {
    const { body } = await cloud.api.get("/locations");
    const names = body.locations.map((l: { name: string }) => l.name);
    expect(names).to.deep.equal(["fsn1", "nbg1", "hel1", "ash", "hil", "sin"]);
    expect(body.locations[0]).to.not.have.property("datacenter");
    const { pricing } = (await cloud.api.get("/pricing")).body;
    expect(pricing.currency).to.equal("EUR");
    expect(pricing.server_types.length).to.be.greaterThan(10);
    const [cx23] = pricing.server_types[0].prices;
    expect(cx23.price_hourly.net).to.equal("0.0088000000");
    expect(cx23.price_monthly).to.deep.equal({ net: "5.4900000000", gross: "6.5331000000000000" });
  });

  it("tells of each location whether a server type is sold there, and until when", async () => {
    const { body } = await cloud.api.get("/server_types?name=cpx11");
    const [type] = body.server_types;
    expect(type).to.include({ deprecated: false, deprecation: null });
    const at = (name: string) => type.locations.find((l: { name: string }) => l.name === name);
    const ended = { announced: "2025-10-16T06:00:00Z", unavailable_after: "2025-12-31T23:59:59Z" };
    expect(at("fsn1")).to.deep.include({ available: false, recommended: false });
    expect(at("fsn1").deprecation).to.deep.equal(ended);
    expect(at("ash")).to.deep.include({ available: true, recommended: true, deprecation: null });
    expect(at("sin")).to.equal(undefined);

    const wish = { name: "somewhere", server_type: "cpx11", image: "debian-12" };
    for (const location of ["fsn1", "sin"]) {
      const { status, body: refused } = await cloud.api.post("/servers", { ...wish, location });
      expect(status).to.equal(422);
      expect(refused.error).to.include({
        code: "invalid_input",
        message: "unsupported location for server type",
      });
      expect(refused.error.details.fields).to.deep.equal([]);
    }
    const made = await cloud.api.made("/servers", wish);
    expect(made.location.name).to.equal("ash");
    expect(made.included_traffic).to.equal(2 ** 40);
  });

  it("has no datacenters any more, and says since when", async () => {
    for (const path of ["/datacenters", "/datacenters/4"]) {
      const { status, body } = await cloud.api.get(path);
      expect(status).to.equal(410);
      expect(body.error.code).to.equal("deprecated_api_endpoint");
      expect(body.error.details.announcement).to.match(/^https:.*datacenters-deprecated$/);
    }
  });

  it("offers nothing that it does not have", async () => {
    for (const path of ["locations/99", "server_types/999", "images/7"]) {
      expect((await cloud.api.get(`/${path}`)).status, path).to.equal(404);
    }
  });
});
