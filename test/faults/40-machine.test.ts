import { expect } from "chai";
import { readSecrets, writeSecrets } from "../support/secrets.ts";
import { deployUnderLoad, expectFailure, stage } from "./shared.ts";

describe("a good release", () => {
  let images: string[];
  before(async () => {
    images = await stage.images(2);
  });

  /** The image that does not serve now. */
  const next = async () => {
    const { image } = await stage.serving();
    return images.find((other) => other !== image) ?? "";
  };

  it("ends when the data volume cannot be written, and nobody notices", async () => {
    const volume = (await stage.onVm("readlink /mnt/onebox")).trim();
    const image = await next();
    await stage.onVm(`mount -o remount,bind,ro ${volume}`);
    try {
      await expectFailure(image, { error: /the data volume \S+ cannot be written/ });
    } finally {
      await stage.onVm(`mount -o remount,bind,rw ${volume}`);
    }
  });

  it("is refused, with nothing touched, when a secret is missing", async () => {
    const { release } = await stage.serving();
    const { ".env.stage": text = "" } = readSecrets(stage.clone);
    writeSecrets(stage.clone, { ".env.stage": text.replace(/^DATABASE_URL=.*$/m, "") });
    try {
      const { run } = await deployUnderLoad(await next());
      expect(run.code, run.output).to.equal(2);
      const said = run.output
        .split("\n")
        .filter((line) => line && !/^( {2}[✓✗…]|Onebox)/.test(line));
      expect(said).to.have.length(1);
      expect(said[0]).to.match(/DATABASE_URL/);
    } finally {
      stage.clone.git("checkout", "--", ".");
    }
    expect((await stage.serving()).release).to.equal(release);
  });

  for (const [what, text] of [
    ["cannot be parsed", '{"http": {"routers": '],
    ["holds a broken template", "{{ nonsense"],
  ]) {
    it(`is released although another environment's route ${what}`, async () => {
      const image = await next();
      await stage.onVm(`printf '%s' '${text}' >/opt/onebox/routes/prod.yml`);
      const { run } = await deployUnderLoad(image);
      expect(run.code, run.output).to.equal(0);
      expect((await stage.serving()).image).to.equal(image);
      expect(await stage.onVm("ls /opt/onebox/routes")).to.not.include("prod.yml");
    });
  }
});
