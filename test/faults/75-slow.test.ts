import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { uploadSlowly } from "../support/slow-upload.ts";
import { pushImage, withFault } from "./bad-images.ts";
import { all } from "./sample.ts";
import { expectSuccess, good, look, other } from "./shared.ts";

if (all) {
  describe("what is slow", () => {
    it("a release no slower than the one before is released, and nobody notices", async () => {
      const slow = withFault("slow-reads");
      const image = (name: string) =>
        pushImage(stage, good[0] ?? "", name, [...slow, `LABEL name=${name}`]);
      await expectSuccess(image("slow"), "--config", "test/fixtures/unwatched.config.ts");
      await expectSuccess(image("as-slow"));
    });

    it("an upload longer than a deploy goes on over a release, and so does the old one until it has it", async () => {
      const lasting = ["--config", "test/fixtures/lasting.config.ts"];
      await expectSuccess(await other(), ...lasting);
      const { release } = await look();
      const slug = `slow-${Date.now()}`;
      let underWay = true;
      const place = { address: await stage.vm.address(), host: stage.host };
      const image = await other();
      const deployed = expectSuccess(image, ...lasting);
      const upload = uploadSlowly(place, slug, deployed).finally(() => {
        underWay = false;
      });
      upload.catch(() => {}); // it is waited for below
      await deployed;
      expect(underWay, "it went on when the next release served").to.equal(true);
      expect(await upload).to.deep.equal({ status: 201, release });
      const sql = `SELECT url FROM links WHERE slug = '${slug}'`;
      const url = await stage.onVm(
        `docker exec onebox-stage-database psql -U app -d app -Atc "${sql}"`,
      );
      expect(url).to.equal("https://load.invalid/slow");
    });
  });
}
