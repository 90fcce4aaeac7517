import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

describe("lists", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
    for (let n = 10; n < 40; n++) await cloud.api.post("/firewalls", { name: `fw-${n}` });
  });
  after(() => cloud.stop());

  const names = async (query: string) =>
    (await cloud.api.get(`/firewalls${query}`)).body.firewalls.map((f: { name: string }) => f.name);

  it("come in pages of 25 unless told", async () => {
    const { body } = await cloud.api.get("/firewalls");
    expect(body.firewalls).to.have.length(25);
    expect(body.meta.pagination).to.deep.equal({
      page: 1,
      per_page: 25,
      previous_page: null,
      next_page: 2,
      last_page: 2,
      total_entries: 30,
    });
  });

  it("end with a page that has no next one", async () => {
    const { body } = await cloud.api.get("/firewalls?page=3&per_page=12");
    expect(body.firewalls).to.have.length(6);
    expect(body.meta.pagination).to.include({ previous_page: 2, next_page: null, last_page: 3 });
    expect(await names("?page=9")).to.deep.equal([]);
  });

  it("name the pages around theirs", async () => {
    const link = async (query: string) => (await cloud.api.get(`/firewalls${query}`)).headers;
    const header = (await link("?page=2&per_page=12&sort=name")).get("link") ?? "";
    const pages = [...header.matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, url, rel]) => {
      return [rel, new URL(url ?? "").search];
    });
    expect(Object.fromEntries(pages)).to.deep.equal({
      prev: "?page=1&per_page=12&sort=name",
      next: "?page=3&per_page=12&sort=name",
      first: "?page=1&per_page=12&sort=name",
      last: "?page=3&per_page=12&sort=name",
    });
    expect(header).to.contain(cloud.endpoint);
    expect((await link("?per_page=50")).get("link")).to.not.contain("next");
  });

  it("are sorted by id, or as asked", async () => {
    expect(await names("?per_page=2")).to.deep.equal(["fw-10", "fw-11"]);
    expect(await names("?per_page=2&sort=name:desc")).to.deep.equal(["fw-39", "fw-38"]);
    expect(await names("?per_page=1&sort=created:asc&sort=name:desc")).to.have.length(1);
  });

  for (const query of [
    "page=0",
    "page=x",
    "per_page=51",
    "sort=size",
    "sort=name:up",
    "label_selector=a%3D%3D%3D",
  ]) {
    it(`refuse ${query}, and name the field`, async () => {
      const { status, body } = await cloud.api.get(`/firewalls?${query}`);
      expect(status).to.equal(422);
      expect(body.error.code).to.equal("invalid_input");
      expect(body.error.details.fields[0].name).to.equal(query.split("=")[0]);
    });
  }

  const values: Record<string, string[]> = {
    "/servers": ["status=flying"],
    "/volumes": ["status=gone"],
    "/images": [
      "type=iso",
      "status=x",
      "architecture=mips",
      "bound_to=web",
      "include_deprecated=1",
    ],
    "/placement_groups": ["type=dense"],
    "/zones": ["mode=tertiary"],
    "/firewalls/actions": ["status=done", "id=x"],
    "/networks/NETWORK/members": ["type=volume", "status=gone"],
    "/zones/ZONE/rrsets": ["type=XYZ"],
  };
  for (const [path, queries] of Object.entries(values)) {
    for (const query of queries) {
      it(`of ${path} refuse ${query}`, async () => {
        const { status, body } = await cloud.api.get(`${await existing(path)}?${query}`);
        expect([status, body.error?.code]).to.deep.equal([422, "invalid_input"]);
        expect(body.error.details.fields[0].name).to.equal(query.split("=")[0]);
      });
    }
  }

  /** The path with something in it that is there. */
  async function existing(path: string): Promise<string> {
    const name = `values-${Math.random()}`;
    if (path.includes("NETWORK")) {
      const { id } = await cloud.api.made("/networks", { name, ip_range: "10.0.0.0/16" });
      return path.replace("NETWORK", id);
    }
    if (!path.includes("ZONE")) return path;
    const zone = { name: `${name.replaceAll(".", "-")}.test`, mode: "primary" };
    return path.replace("ZONE", (await cloud.api.made("/zones", zone)).id);
  }
});
