import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { describeImage, type ImageDescription } from "../../../cli/registry/describe.ts";
import { parseReference, RegistryError } from "../../../cli/registry/reference.ts";

const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const platform = { os: "linux", architecture: "amd64" };
const label = "org.opencontainers.image.revision";
const commit = "0123456789abcdef0123456789abcdef01234567";
const layer = { digest: digestOf("layer"), size: 10 };

/** What a registry holds, by path below the repository; a function answers by itself. */
type Held = Map<string, string | ((response: ServerResponse) => void)>;

/** The documents of an image; each may be given in another shape than it should have. */
function image({
  config = { ...platform, config: { Labels: { [label]: commit } } } as unknown,
  manifest = {} as object,
  index = {} as object,
} = {}): Held {
  const held: Held = new Map();
  const put = (kind: string, value: unknown) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    held.set(`${kind}/${digestOf(text)}`, text);
    return { digest: digestOf(text), size: text.length };
  };
  const parts = {
    config: put("blobs", config),
    layers: [layer, { ...layer, size: 5 }],
    ...manifest,
  };
  const top = { manifests: [{ ...put("manifests", parts), platform }], ...index };
  const { digest } = put("manifests", top);
  held.set("manifests/1.0", held.get(`manifests/${digest}`) ?? "");
  return held;
}

/** Answers as a registry with token authentication does, for one repository. */
function answer(held: Held, request: IncomingMessage, response: ServerResponse): void {
  const send = (status: number, body: object, headers = {}) =>
    response.writeHead(status, headers).end(JSON.stringify(body));
  const url = request.url ?? "";
  if (url === "/token" && request.method === "POST") {
    let form = "";
    request.setEncoding("utf8").on("data", (text: string) => (form += text));
    const known = () => new URLSearchParams(form).get("refresh_token") === "1dentity";
    return void request.on("end", () => send(200, known() ? { access_token: "t0ken" } : {}));
  }
  if (url.startsWith("/token")) return void send(200, { token: "t0ken" });
  if (request.headers.authorization !== "Bearer t0ken") {
    const realm = `http://${request.headers.host}/token`;
    const challenge = `Bearer realm="${realm}",service="test",scope="repository:shop/app:pull"`;
    return void send(401, {}, { "www-authenticate": challenge });
  }
  const found = held.get(url.replace("/v2/shop/app/", ""));
  if (typeof found === "function") return void found(response);
  if (found === undefined) return void send(404, { errors: [{ code: "MANIFEST_UNKNOWN" }] });
  response.writeHead(200, { "docker-content-digest": digestOf(found) }).end(found);
}

describe("an image reference", () => {
  it("names registry, repository and tag or digest", () => {
    expect(parseReference("ghcr.io/acme/shop:1.0")).to.deep.equal({
      registry: "ghcr.io",
      repository: "acme/shop",
      tag: "1.0",
    });
    const digest = digestOf("");
    expect(parseReference(`127.0.0.1:5000/a/b@${digest}`).tag).to.equal(digest);
  });

  it("is known by Docker Hub's name, whichever of its names is used", () => {
    const app = { registry: "docker.io", repository: "you/app", tag: "1" };
    expect(parseReference("docker.io/you/app:1")).to.deep.equal(app);
    expect(parseReference("index.docker.io/you/app:1")).to.deep.equal(app);
    expect(parseReference("docker.io/nginx").repository).to.equal("library/nginx");
  });

  it("is refused without a registry", () => {
    for (const text of ["", "nginx", "acme/shop:1.0", "ghcr.io/UPPER", "ghcr.io/a b"]) {
      expect(() => parseReference(text), text).to.throw(RegistryError);
    }
    expect(() => parseReference("ghcr.io/You/app:1.0")).to.throw("; names are in lower case");
    expect(() => parseReference("ghcr.io:99999/you/app")).to.throw("is not an image with");
    for (const text of ["ghcr.io/a:-x", "ghcr.io/a:.x", "ghcr.io/a//b", "ghcr.io/a/../b"]) {
      expect(() => parseReference(text), text).to.throw(RegistryError);
    }
    expect(() => parseReference("ghcr.io/a:b\n✓ image")).to.throw('"ghcr.io/a:b?✓ image" is not');
  });
});

describe("a registry", () => {
  let server: Server;
  let host: string;
  let held: Held;
  before((done) => {
    server = createServer((request, response) => answer(held, request, response));
    server.listen(0, "127.0.0.1", () => {
      host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  after(() => server.close());

  const describe = (content: Held, tag = ":1.0") => {
    held = content;
    return describeImage(parseReference(`${host}/shop/app${tag}`));
  };
  const refusal = async (content: Held, tag?: string): Promise<string> => {
    const error = await describe(content, tag).catch((e) => e);
    expect(error, JSON.stringify(error)).to.be.instanceOf(RegistryError);
    return error.message;
  };
  const topOf = (content: Held) => digestOf(String(content.get("manifests/1.0")));

  it("tells digest, commit and size, after a token was asked for", async () => {
    const content = image();
    const wanted: ImageDescription = { digest: topOf(content), commit, size: 15 };
    expect(await describe(content)).to.deep.equal(wanted);
    expect(await describe(content, `@${topOf(content)}`)).to.deep.equal(wanted);
  });

  it("takes a token that stands for a login", async () => {
    const content = image();
    held = content;
    const reference = parseReference(`${host}/shop/app:1.0`);
    const found = await describeImage(reference, { identityToken: "1dentity" });
    expect(found.digest).to.equal(topOf(content));
    const wrong = await describeImage(reference, { identityToken: "other" }).catch((e) => e);
    expect(wrong).to.be.instanceOf(RegistryError).with.property("kind", "refused");
  });

  it("is read past entries of other kinds, and entries without a platform", async () => {
    const odd = [
      { digest: `sha512:${"0".repeat(128)}`, size: 1 },
      { digest: digestOf("x"), size: 1, platform: null },
      { digest: digestOf("y"), size: 1, platform: {} },
    ];
    const good = image();
    const top = JSON.parse(String(good.get("manifests/1.0")));
    const text = JSON.stringify({ manifests: [...odd, ...top.manifests] });
    good.set("manifests/1.0", text);
    expect(await describe(good)).to.deep.equal({ digest: digestOf(text), commit, size: 15 });
  });

  it("that breaks off is told apart from one that lies", async () => {
    const broken = image();
    broken.set("manifests/1.0", (response) => {
      response.writeHead(200, { "content-length": 100 }).write("{");
      setTimeout(() => response.destroy(), 50);
    });
    expect(await refusal(broken)).to.include("ended its answer early");
  });

  it("that lacks the image is told apart from one that does not answer", async () => {
    held = image();
    const missing = await describeImage(parseReference(`${host}/shop/app:2.0`)).catch((e) => e);
    expect(missing).to.be.instanceOf(RegistryError).with.property("kind", "missing");
    const silent = await describeImage(parseReference("127.0.0.1:9/shop/app:1.0")).catch((e) => e);
    expect(silent).to.be.instanceOf(RegistryError).with.property("kind", "failed");
  });

  it("that is just being started is waited for", async () => {
    held = image();
    const { port } = server.address() as AddressInfo;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    setTimeout(() => server.listen(port, "127.0.0.1"), 400);
    const { commit: found } = await describeImage(parseReference(`${host}/shop/app:1.0`));
    expect(found).to.equal(commit);
  });

  const hostile = [
    "1.2.3",
    "x[$(touch /tmp/pwned)]",
    "$(id)",
    "`id`",
    "a b\nONEBOX_WATCH_SECONDS=x[$(id)]",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell, compose and Terraform would take for their own
    "${HCLOUD_TOKEN}",
    "%{ if true }",
    "\u001b]0;title\u0007",
    `${commit}\n`,
    `${commit}-dirty; id`,
    commit.toUpperCase(),
  ];
  for (const text of hostile) {
    it(`takes a label ${JSON.stringify(text)} for no commit`, async () => {
      const found = await describe(
        image({ config: { ...platform, config: { Labels: { [label]: text } } } }),
      );
      expect(found.commit).to.equal("unknown");
    });
  }

  it("is not believed when a size is no whole number of bytes", async () => {
    for (const size of ["x[$(id)]", "15", 1.5, -1, 1e300, null, [15]]) {
      const content = image({ manifest: { layers: [{ ...layer, size }] } });
      expect(await refusal(content), JSON.stringify(size)).to.include("is not a container image");
    }
    const most = { ...layer, size: Number.MAX_SAFE_INTEGER };
    const content = image({ manifest: { layers: [most, most] } });
    expect(await refusal(content)).to.include("is not a container image");
  });

  it("is not believed when what it gives has another digest than was asked for, or than it says", async () => {
    const asked = image();
    const wanted = topOf(asked);
    asked.set(`manifests/${wanted}`, '{"manifests":[]}');
    expect(await refusal(asked, `@${wanted}`)).to.include(`gives something else as ${wanted}`);
    const named = image();
    named.set("manifests/1.0", (response) => {
      response.writeHead(200, { "docker-content-digest": "sha256:x; id" }).end("{}");
    });
    expect(await refusal(named)).to.include("names a manifest by a wrong digest");
  });

  it("is not believed when its documents are of another shape, no JSON, or endless", async () => {
    for (const config of ["null", "[]", '{"config":{"Labels":{"a":1}}}', "no JSON"]) {
      expect(await refusal(image({ config })), config).to.match(/is not a container image|JSON/);
    }
    for (const index of [
      { manifests: [{ digest: "sha256:$(id)", size: 1, platform }] },
      { manifests: 1 },
    ]) {
      expect(await refusal(image({ index }))).to.include("is not a container image");
    }
    const endless = image();
    endless.set("manifests/1.0", (response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(" ".repeat(65_536)));
      };
      response.on("drain", more);
      more();
    });
    expect(await refusal(endless)).to.include("more than 4 MB");
  });
});
