import { createHash } from "node:crypto";
import { expect } from "chai";
import { ImageContents, type PlatformImage } from "../../cli/image/contents.ts";
import { parseReference } from "../../cli/registry/reference.ts";
import { BuildKit } from "./buildkit.ts";
import { Workshop } from "./workshop.ts";

const secret = "npm_canary-0123456789";
const app = {
  ...{ context: "app", dockerfile: "app/Dockerfile", target: "runtime", migrations: "" },
  ...{ args: { SITE: "https://example.org/?a=1&b=$x y" }, buildSecrets: ["NPM_TOKEN"] },
};
// The base is the one that every engine here has.
const dockerfile = `FROM node:24.21.0-trixie-slim AS proof
RUN --mount=type=secret,id=NPM_TOKEN sha256sum </run/secrets/NPM_TOKEN >/proof

FROM scratch AS runtime
ARG SITE
LABEL site=$SITE
COPY --from=proof /proof /proof

FROM runtime
COPY nowhere /
`;

describe("a build, by what the configuration gives it,", () => {
  let workshop: Workshop;
  before(() => {
    workshop = new Workshop();
    workshop.clone.write("app/Dockerfile", dockerfile);
    workshop.clone.commit("Begin the app");
  });
  after(() => workshop.remove());

  it("is refused where a secret is missing in the environment, as the login is there", async () => {
    const { code, output } = await workshop.tryImage("acme/app", [], {}, app);
    expect(code, output).to.equal(2);
    expect(output).to.match(/NPM_TOKEN of app\.buildSecrets must be in the environment/);
  });

  it("makes the stage that it names, with its arguments and secrets, and keeps no secret", async () => {
    const { registry, directory } = workshop;
    registry.logIn(directory);
    registry.takeOver("node:24.21.0-trixie-slim", directory);
    const buildkit = await BuildKit.start(directory, registry.host);
    try {
      const platforms = ["--platforms", "linux/amd64"];
      const env = { ...buildkit.env(), NPM_TOKEN: secret };
      const { code, output, stdout } = await workshop.tryImage("acme/app", platforms, env, app);
      expect(code, output).to.equal(0);
      const contents = new ImageContents(parseReference(stdout.trim()), { basic: registry.basic });
      const [image] = (await contents.platforms()) as [PlatformImage];
      expect(image.labels.site).to.equal(app.args.SITE);
      const files = new Map<string, string>();
      for (const layer of image.layers) {
        for (const { path, content } of await contents.files(layer)) files.set(path, `${content}`);
      }
      const hash = createHash("sha256").update(secret).digest("hex");
      expect([...files]).to.deep.equal([["proof", `${hash}  -\n`]]);
      expect(JSON.stringify(image)).not.to.include(secret);
    } finally {
      await buildkit.stop();
    }
  }).timeout(300_000);
});
