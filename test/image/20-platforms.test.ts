import { expect } from "chai";
import { ImageContents } from "../../cli/image/contents.ts";
import { parseReference } from "../../cli/registry/reference.ts";
import { BuildKit } from "./buildkit.ts";
import { Workshop } from "./workshop.ts";

const base = "node:24.21.0-trixie-slim";

describe("the image of a commit, by BuildKit as on a CI runner", () => {
  let workshop: Workshop;
  let buildkit: BuildKit;
  let image: string;

  before(async () => {
    workshop = new Workshop();
    const { registry } = workshop;
    await registry.ready();
    registry.logIn(workshop.directory);
    registry.takeOver(base, workshop.directory);
    await registry.addArm64(`library/${base}`);
    buildkit = await BuildKit.start(workshop.directory, registry.host);
  });
  after(async () => {
    await buildkit.stop();
    workshop.remove();
  });

  it("is for amd64 and arm64, made without an emulator, with the app's layers in common", async () => {
    const { stdout } = await workshop.image("acme/app", [], buildkit.env());
    image = stdout.trim();
    const contents = new ImageContents(parseReference(image), {
      basic: workshop.registry.basic,
    });
    const found = await contents.platforms();
    expect(found.map(({ platform }) => platform)).to.have.members(["linux/amd64", "linux/arm64"]);
    const [own, other] = found.map(({ layers }) => layers.slice(-2).map(({ digest }) => digest));
    expect(own).to.deep.equal(other);
    for (const { user, labels } of found) {
      expect(user).to.equal("node");
      expect(labels).to.include({
        "org.opencontainers.image.revision": workshop.clone.git("rev-parse", "HEAD"),
      });
    }
  }).timeout(300_000);

  it("is the same, to the digest, when it is built again from nothing", async () => {
    const env = { ...buildkit.env(), ...workshop.withoutCache() };
    const { stdout } = await workshop.image("acme/again", [], env);
    expect(stdout.trim().split("@")[1]).to.equal(image.split("@")[1]);
  }).timeout(300_000);
});
