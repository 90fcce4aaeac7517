import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import fc from "fast-check";
import { RefusedError } from "../../../cli/errors.ts";
import { imageReference } from "../../../cli/image/image.ts";
import { renderImage } from "../../../cli/image/render.ts";
import { describeImage } from "../../../cli/registry/describe.ts";
import { parseReference, RegistryError } from "../../../cli/registry/reference.ts";
import { commitOf } from "../../../cli/registry/schema.ts";
import { checkRelease } from "../../../cli/release/release.ts";
import { reportOf } from "../../../cli/report.ts";
import { anyText, damaged } from "./arbitraries.ts";
import { isHarmless } from "./harmless.ts";

const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const platform = { os: "linux", architecture: "amd64" };
const whole = {
  index: { manifests: [{ digest: "sha256:", size: 1, platform }] },
  manifest: {
    config: { digest: "sha256:", size: 1 },
    layers: [{ digest: digestOf("x"), size: 7 }],
  },
  config: {
    ...platform,
    config: { User: "1000", Labels: { "org.opencontainers.image.revision": "0".repeat(40) } },
  },
};
type Documents = Record<keyof typeof whole, unknown>;

/** An image whose documents name one another by their true digests; any of them may be damaged first. */
function held({ index, manifest, config }: Documents): Map<string, string> {
  const texts = new Map<string, string>();
  const put = (value: unknown): string => {
    const text = JSON.stringify(value) ?? "";
    texts.set(digestOf(text), text);
    return digestOf(text);
  };
  const named = (value: unknown, digest: string) =>
    JSON.parse((JSON.stringify(value) ?? "null").replaceAll('"sha256:"', JSON.stringify(digest)));
  const inner = put(named(manifest, put(config)));
  const top = put(named(index, inner));
  texts.set("1.0", texts.get(top) ?? "");
  return texts;
}

describe("whatever a registry answers", () => {
  let server: Server;
  let host: string;
  let texts = new Map<string, string>();
  before((done) => {
    server = createServer((request, response) => {
      const found = texts.get(
        decodeURIComponent(request.url ?? "")
          .split("/")
          .at(-1) ?? "",
      );
      response.writeHead(found === undefined ? 404 : 200).end(found);
    });
    server.listen(0, "127.0.0.1", () => {
      host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  after(() => server.close());

  it("an image is described in the only forms that go on, or refused in a line", async () => {
    const documents = fc.oneof(
      fc.constant(whole),
      ...(Object.keys(whole) as (keyof typeof whole)[]).map((part) =>
        damaged(whole[part]).map((value): Documents => ({ ...whole, [part]: value })),
      ),
    );
    await fc.assert(
      fc.asyncProperty(documents, async (given) => {
        texts = held(given);
        try {
          const { digest, commit, size } = await describeImage(parseReference(`${host}/a/b:1.0`));
          const image = imageReference.parse(`${host}/a/b@${digest}`);
          checkRelease({ name: "none", image, commit });
          expect(size).to.satisfy(Number.isSafeInteger).and.to.be.at.least(0);
        } catch (error) {
          expect(error).to.be.instanceOf(RegistryError);
          const { message } = error as RegistryError;
          const { text } = reportOf(new RefusedError(message), "deploy.sh");
          expect(text)
            .to.satisfy(isHarmless)
            .and.match(/^deploy\.sh: [^\n]+\n$/);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("a label is a commit or nothing", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(commitOf(text)).to.match(/^(unknown|[0-9a-f]{40}([0-9a-f]{24})?(-dirty)?)$/);
      }),
    );
  });

  it("a name of an image holds nothing that would need quotes, or is refused", () => {
    const names = fc.oneof(
      anyText,
      fc.stringMatching(
        /^[a-z0-9.:-]{1,12}\/[a-z0-9./_-]{1,12}(:[\w.-]{1,8})?(@sha256:[0-9a-f]{4})?$/,
      ),
    );
    fc.assert(
      fc.property(names, (text) => {
        try {
          const { registry, repository, tag } = parseReference(text);
          expect(`${registry} ${repository} ${tag}`).to.match(/^[\w.:-]+ [\w./-]+ [\w.:-]+$/);
        } catch (error) {
          expect(error).to.be.instanceOf(RegistryError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("what an image tells of itself is shown without what a terminal obeys", () => {
    fc.assert(
      fc.property(anyText, fc.dictionary(anyText, anyText), (text, labels) => {
        const shown = renderImage({
          ...{ platform: text, digest: digestOf(""), user: text, labels },
          layers: [{ size: 1, step: text }],
          packages: [{ kind: "deb", name: text, version: text }],
        } as Parameters<typeof renderImage>[0]);
        expect(shown).to.satisfy(isHarmless);
      }),
    );
  });
});
