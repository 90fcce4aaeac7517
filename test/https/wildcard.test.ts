import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { previews, Site } from "./site.ts";

/** A resolver's part of acme.json. */
interface Stored {
  Certificates: { domain: { main: string; sans?: string[] } }[] | null;
}

describe("the previews' certificate, ordered through Hetzner's DNS", () => {
  const site = new Site();
  const stored = () => JSON.parse(readFileSync(site.edge.volume, "utf8")) as Record<string, Stored>;
  const names = (resolver: string) =>
    (stored()[resolver]?.Certificates ?? []).map(({ domain }) => domain);

  before(() => site.open());
  after(() => site.close());

  it("is there before any preview is", async () => {
    const routes = previews.map((host) =>
      join(site.edge.routes, `preview-${host.split(".")[0]}.yml`),
    );
    const texts = routes.map((file) => readFileSync(file, "utf8"));
    for (const file of routes) writeFileSync(file, "");
    site.edge.start(site.localCa);
    await site.certified();
    expect((await site.secure("nobody.stage.shop.test")).status).to.equal(404);
    for (const [index, file] of routes.entries()) writeFileSync(file, texts[index] ?? "");
  });

  it("is what a browser takes for each of them, and one for all", async () => {
    for (const host of previews) {
      await site.until(async () => (await site.secure(host)).status === 200, `${host} answers`);
      expect((await site.secure(host)).body).to.equal("the app");
    }
    expect(names("wildcard")).to.deep.equal([{ main: "*.stage.shop.test" }]);
  });

  it("is not asked for again, nor one for a preview, by a Traefik that finds previews at its start", async () => {
    await site.edge.stop();
    site.edge.forget();
    site.edge.start(site.localCa);
    await site.certified();
    expect(names("wildcard")).to.deep.equal([{ main: "*.stage.shop.test" }]);
    const others = names("acme").flatMap(({ main, sans = [] }) => [main, ...sans]);
    expect(others).to.have.members(["stage.shop.test", "shop.test", "www.shop.test"]);
  });

  it("leaves no record in the zone, and the token in no log", async () => {
    await site.until(async () => {
      const { body } = await site.cloud.api.get("/zones/shop.test/rrsets?type=TXT");
      return body.rrsets.length === 0;
    }, "the record is gone");
    expect(site.cloud.lines.join("\n")).to.include("_acme-challenge.stage/TXT");
    const log = readFileSync(site.edge.log, "utf8");
    expect(log).to.include("Register...").and.not.to.include(site.cloud.token);
  });

  it("is for no host below a preview's", async () => {
    const { until, trouble } = await site.seen("a.one.stage.shop.test");
    expect(until).to.equal(undefined);
    expect(trouble).to.match(/UNRECOGNIZED_NAME/);
  });
});
