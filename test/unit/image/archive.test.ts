import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect } from "chai";
import { RefusedError } from "../../../cli/errors.ts";
import { readImageArchive } from "../../../cli/image/archive.ts";
import { readTar } from "../../../cli/image/tar.ts";
import { RegistryError } from "../../../cli/registry/reference.ts";
import { RegistrySession } from "../../../cli/registry/session.ts";

const sum = (text: string | Buffer) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const blob = (digest: string) => `blobs/${digest.replace(":", "/")}`;

/** An archive of these files. */
function tar(files: Record<string, string>): Buffer {
  const directory = mkdtempSync(join(tmpdir(), "onebox-archive-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, name)), { recursive: true });
      writeFileSync(join(directory, name), text);
    }
    return execFileSync("tar", ["-C", directory, "-cf", "-", "."]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const config = JSON.stringify({ rootfs: { diff_ids: [sum("layer")] } });
const entry = (text: string) => ({ digest: sum(text), size: text.length, mediaType: "a/b" });
const manifest = JSON.stringify({ config: entry(config), layers: [entry("layer")] });
const index = JSON.stringify({ manifests: [entry(manifest)] });
/** As BuildKit writes it, for several platforms. */
const layout: Record<string, string> = {
  "index.json": JSON.stringify({ manifests: [entry(index)] }),
  [blob(sum(index))]: index,
  [blob(sum(manifest))]: manifest,
  [blob(sum(config))]: config,
  [blob(sum("layer"))]: "layer",
};

describe("an image in a file", () => {
  it("is what its index names, the parts before the whole", () => {
    const { blobs, manifests } = readImageArchive(tar(layout));
    expect([...blobs.keys()]).to.have.members([sum(config), sum("layer")]);
    expect(manifests.map(({ digest }) => digest)).to.deep.equal([sum(manifest), sum(index)]);
  });

  it("ends, also where a stranger's file has a size below nothing, which leads back to itself", () => {
    const archive = Buffer.alloc(2048);
    archive.write("file", 0);
    archive.write("-1000", 124); // octal: one block
    archive.write("0", 156);
    const found: string[] = [];
    for (const { path } of readTar(archive)) if (found.push(path) > 3) break;
    expect(found).to.deep.equal([]);
    expect(() => readImageArchive(archive)).to.throw(RefusedError);
  });

  it("is found in Docker's older form too, in which a layer may be there by its sum alone", () => {
    const files = {
      "manifest.json": JSON.stringify([{ Config: "c.json", Layers: ["elsewhere/layer.tar"] }]),
      "c.json": config,
      "x/layer.tar": "layer",
    };
    const { blobs, manifests } = readImageArchive(tar(files));
    const { layers } = JSON.parse(manifests[0]?.text ?? "") as { layers: { digest: string }[] };
    const sent = blobs.get(layers[0]?.digest ?? "");
    expect(gunzipSync(sent ?? Buffer.of()).toString()).to.equal("layer");
    expect(sum(manifests[0]?.text ?? "")).to.equal(manifests[0]?.digest);
  });

  it("is refused when something in it is not what its name says, or is missing, or has no known form", () => {
    const refused = (files: Record<string, string>, why: RegExp) =>
      expect(() => readImageArchive(tar(files))).to.throw(RefusedError, why);
    refused({ ...layout, [blob(sum("layer"))]: "another" }, /lacks sha256/);
    refused({ ...layout, "index.json": "{}" }, /no container image/);
    refused({ ...layout, "index.json": "[" }, /no container image/);
    refused({}, /no container image/);
    const nested = JSON.stringify({ manifests: [entry(index)] });
    const deep = { ...layout, [blob(sum(nested))]: nested };
    deep["index.json"] = JSON.stringify({ manifests: [entry(nested)] });
    refused(deep, /no container image/);
  });
});

describe("a layer that is sent", () => {
  let server: Server;
  const asked: string[] = [];
  let place = "";
  let session: RegistrySession;
  before(async () => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      request.resume();
      const location = request.method === "POST" ? { location: place } : {};
      response.writeHead(request.method === "POST" ? 202 : 201, location).end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    session = new RegistrySession({ registry, repository: "shop/app", tag: "1" }, undefined);
  });
  after(() => server.close());

  it("goes where the registry says, with its digest", async () => {
    place = "/v2/shop/app/blobs/uploads/7?state=x";
    await session.putBlob(sum("layer"), Buffer.from("layer"));
    expect(asked.at(-1)).to.match(
      /^PUT \/v2\/shop\/app\/blobs\/uploads\/7\?state=x&digest=sha256%3A/,
    );
  });

  it("goes, as the login does, to nobody else", async () => {
    const count = asked.length;
    place = "http://127.0.0.2:1/thief";
    let error: unknown;
    await session.putBlob(sum("layer"), Buffer.from("layer")).catch((caught) => (error = caught));
    expect(error).to.be.instanceOf(RegistryError);
    expect(asked).to.have.length(count + 1);
  });
});
