import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { parseReference, RegistryError } from "../../operator/image-reference.ts";
import { describeImage } from "../../operator/registry.ts";

const digest = `sha256:${"a".repeat(64)}`;

/** Answers as a registry with token authentication does, for one image of one repository. */
function registry(request: IncomingMessage, response: ServerResponse): void {
  const send = (status: number, body: object, headers = {}) =>
    response.writeHead(status, headers).end(JSON.stringify(body));
  const url = request.url ?? "";
  if (url.startsWith("/token")) return void send(200, { token: "t0ken" });
  if (request.headers.authorization !== "Bearer t0ken") {
    const realm = `http://${request.headers.host}/token`;
    const challenge = `Bearer realm="${realm}",service="test",scope="repository:shop/app:pull"`;
    return void send(401, {}, { "www-authenticate": challenge });
  }
  if (url === "/v2/shop/app/manifests/1.0") {
    const platforms = [{ digest, platform: { os: "linux", architecture: "amd64" } }];
    return void send(200, { manifests: platforms }, { "docker-content-digest": digest });
  }
  if (url === `/v2/shop/app/manifests/${digest}`) {
    return void send(200, {
      config: { digest: "sha256:c", size: 1 },
      layers: [{ size: 10 }, { size: 5 }],
    });
  }
  if (url === "/v2/shop/app/blobs/sha256:c") {
    return void send(200, { config: { Labels: { "org.opencontainers.image.revision": "abc" } } });
  }
  send(404, { errors: [{ code: "MANIFEST_UNKNOWN" }] });
}

describe("an image reference", () => {
  it("names registry, repository and tag or digest", () => {
    expect(parseReference("ghcr.io/acme/shop:1.0")).to.deep.equal({
      registry: "ghcr.io",
      repository: "acme/shop",
      tag: "1.0",
    });
    expect(parseReference(`127.0.0.1:5000/a/b@${digest}`).tag).to.equal(digest);
  });

  it("is refused without a registry", () => {
    for (const text of ["", "nginx", "acme/shop:1.0", "ghcr.io/UPPER", "ghcr.io/a b"]) {
      expect(() => parseReference(text), text).to.throw(RegistryError);
    }
  });
});

describe("a registry", () => {
  let server: Server;
  let host: string;
  before((done) => {
    server = createServer(registry).listen(0, "127.0.0.1", () => {
      host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  after(() => server.close());

  it("tells digest, commit and size, after a token was asked for", async () => {
    expect(await describeImage(parseReference(`${host}/shop/app:1.0`))).to.deep.equal({
      digest,
      commit: "abc",
      size: 15,
    });
  });

  it("that lacks the image is told apart from one that does not answer", async () => {
    const missing = await describeImage(parseReference(`${host}/shop/app:2.0`)).catch((e) => e);
    expect(missing).to.be.instanceOf(RegistryError).with.property("kind", "missing");
    const silent = await describeImage(parseReference("127.0.0.1:9/shop/app:1.0")).catch((e) => e);
    expect(silent).to.be.instanceOf(RegistryError).with.property("kind", "failed");
  });
});
