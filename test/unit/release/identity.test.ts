import { expect } from "chai";
import { type Files, identityOf, nameOf } from "../../../cli/release/identity.ts";

describe("a release's identity", () => {
  const files = { "compose.yml": "services: {}\n", "app.env": "A=1\n" };
  const identity = identityOf(files, "salt");

  it("is the same whatever order the files are in", () => {
    expect(identity).to.match(/^[0-9a-f]{64}$/);
    const { "app.env": env, "compose.yml": compose } = files;
    expect(identityOf({ "app.env": env, "compose.yml": compose }, "salt")).to.equal(identity);
  });

  const others: [string, Record<string, string>, string][] = [
    ["another content", { ...files, "app.env": "A=2\n" }, "salt"],
    ["another name", { "compose.yml": files["compose.yml"], "b.env": "A=1\n" }, "salt"],
    ["one file more", { ...files, more: "" }, "salt"],
    ["another salt", files, "pepper"],
  ];
  for (const [what, changed, salt] of others) {
    it(`is another one with ${what}`, () => {
      expect(identityOf(changed, salt)).to.not.equal(identity);
    });
  }

  it("does not take the end of one file for the beginning of the next", () => {
    const two = identityOf({ a: "x", b: "y" }, "salt");
    const others: Files[] = [{ a: "xby" }, { ax: "by" }, { axb: "y" }];
    for (const other of others) expect(identityOf(other, "salt")).to.not.equal(two);
  });

  it("names the release, after the image", () => {
    const image = `ghcr.io/shop/app@sha256:${"0123456789abcdef".repeat(4)}`;
    expect(nameOf(image, "fedc".repeat(16))).to.equal("0123456789ab-fedc");
  });
});
