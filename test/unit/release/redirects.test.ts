import { expect } from "chai";
import { redirectsOf } from "../../../cli/release/redirects.ts";

describe("redirects", () => {
  const of = (redirects: string[], https = false) =>
    redirectsOf("prod", { own: "shop.test", all: ["shop.test"], redirects }, https);

  it("are none where there are no other hosts", () => {
    expect(of([])).to.deep.equal({});
  });

  it("take each other host, by the entry points that it has", () => {
    const router = (https: boolean) => {
      const { routers = {} } = of(["a.test", "b.test"], https);
      return routers["prod-redirect"] as { entryPoints: string[] };
    };
    expect(router(false)).to.include({
      rule: "Host(`a.test`) || Host(`b.test`)",
      service: "noop@internal",
    });
    expect(router(true).entryPoints).to.not.deep.equal(router(false).entryPoints);
  });

  const places: [string, string][] = [
    ["http://a.test", "http://shop.test/"],
    ["https://a.test/x/y?z=1&u=https://b.test/", "https://shop.test/x/y?z=1&u=https://b.test/"],
    ["https://a.test:8443/x", "https://shop.test/x"],
    ["http://a.test?q=1", "http://shop.test/?q=1"],
  ];
  for (const [from, to] of places) {
    it(`leave ${from} its scheme, path and query`, () => {
      const { middlewares = {} } = of(["a.test"]);
      const { redirectRegex } = middlewares["prod-redirect"] as {
        redirectRegex: { regex: string; replacement: string; permanent: boolean };
      };
      expect(redirectRegex.permanent).to.equal(true);
      expect(from.replace(new RegExp(redirectRegex.regex), redirectRegex.replacement)).to.equal(to);
    });
  }
});
