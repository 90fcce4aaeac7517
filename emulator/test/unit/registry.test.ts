import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdDecompressSync } from "node:zlib";
import { expect } from "chai";
import { writeImages } from "../../registry/layout.ts";

describe("the registry's content", () => {
  const directory = mkdtempSync(join(tmpdir(), "onebox-layout-"));
  const root = join(directory, "root");
  const plain = Buffer.from("a layer, ".repeat(1000));
  const compressed = gzipSync(plain);
  const at = (path: string) => readFileSync(join(root, "docker/registry/v2", path));
  const blob = (digest: string) => {
    const hex = digest.replace("sha256:", "");
    const content = at(`blobs/sha256/${hex.slice(0, 2)}/${hex}/data`);
    expect(createHash("sha256").update(content).digest("hex")).to.equal(hex);
    return content;
  };

  before(() => {
    writeFileSync(join(directory, "config.json"), "{}");
    writeFileSync(join(directory, "plain"), plain);
    writeFileSync(join(directory, "compressed"), compressed);
    const image = { Config: "config.json", RepoTags: ["app:v1"], Layers: ["plain", "compressed"] };
    writeFileSync(join(directory, "manifest.json"), JSON.stringify([image]));
    writeImages(directory, root);
  });
  after(() => rmSync(directory, { recursive: true }));

  const manifest = () => {
    const digest = at("repositories/library/app/_manifests/tags/v1/current/link").toString();
    return JSON.parse(blob(digest).toString());
  };

  it("leads from the tag to the manifest, and to blobs that are what their digests say", () => {
    const { config, layers } = manifest();
    expect(blob(config.digest).toString()).to.equal("{}");
    expect(zstdDecompressSync(blob(layers[0].digest))).to.deep.equal(plain);
    for (const { digest, size } of [config, ...layers]) {
      const link = `repositories/library/app/_layers/${digest.replace(":", "/")}/link`;
      expect(at(link).toString()).to.equal(digest);
      expect(blob(digest).length).to.equal(size);
    }
  });

  it("keeps a layer that is compressed already, and says how", () => {
    const [first, second] = manifest().layers;
    expect(first.mediaType).to.match(/zstd$/);
    expect(second.mediaType).to.match(/gzip$/);
    expect(blob(second.digest)).to.deep.equal(compressed);
  });
});
