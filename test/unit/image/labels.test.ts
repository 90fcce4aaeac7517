import { expect } from "chai";
import { imageLabels, sourceUrl } from "../../../cli/image/labels.ts";

describe("an image's labels", () => {
  it("have the OCI's names, and the commit's time", () => {
    const labels = imageLabels({
      commit: "0123abc",
      epoch: 1_795_262_400,
      remote: "git@github.com:acme/shop.git",
    });
    expect(labels).to.deep.equal([
      "org.opencontainers.image.created=2026-11-21T12:00:00Z",
      "org.opencontainers.image.revision=0123abc",
      "org.opencontainers.image.source=https://github.com/acme/shop",
    ]);
  });

  it("name the source alike, whichever way it was cloned, and never its login", () => {
    for (const remote of [
      "https://github.com/acme/shop",
      "https://github.com/acme/shop.git",
      "https://someone:token@github.com/acme/shop.git",
      "ssh://git@github.com/acme/shop.git",
      "ssh://git@github.com:22/acme/shop.git",
      "git@github.com:acme/shop.git",
      "git@github.com:/acme/shop/",
    ]) {
      expect(sourceUrl(remote), remote).to.equal("https://github.com/acme/shop");
    }
  });

  it("name none for a path on this computer", () => {
    for (const remote of [undefined, "", "/srv/git/shop.git", "../shop", "file:///srv/git/shop"]) {
      expect(sourceUrl(remote), remote).to.equal(undefined);
    }
  });
});
