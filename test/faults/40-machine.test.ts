import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { readSecrets, writeSecrets } from "../support/secrets.ts";
import { some } from "./sample.ts";
import { expectFailure, expectRefusal, expectSuccess, other } from "./shared.ts";

describe("a good release", () => {
  it("ends when the data volume cannot be written, and nobody notices", async () => {
    const volume = (await stage.onVm("readlink /mnt/onebox")).trim();
    await stage.onVm(`mount -o remount,bind,ro ${volume}`);
    try {
      await expectFailure(await other(), {
        error: /the data volume \S+ cannot be written/,
        unrecorded: true,
      });
    } finally {
      await stage.onVm(`mount -o remount,bind,rw ${volume}`);
    }
  });

  it("is refused, with nothing touched, when a secret is missing", async () => {
    const { ".env.stage": text = "" } = readSecrets(stage.clone);
    writeSecrets(stage.clone, { ".env.stage": text.replace(/^DATABASE_URL=.*$/m, "") });
    try {
      await expectRefusal(await other(), /DATABASE_URL/);
    } finally {
      stage.clone.git("checkout", "--", ".");
    }
  });

  for (const [what, text] of some([
    ["cannot be parsed", '{"http": {"routers": '],
    ["holds a broken template", "{{ nonsense"],
  ])) {
    it(`is released although another environment's route ${what}`, async () => {
      await stage.onVm(`printf '%s' '${text}' >/opt/onebox/routes/prod.yml`);
      await expectSuccess(await other());
      expect(await stage.onVm("ls /opt/onebox/routes")).to.not.include("prod.yml");
    });
  }
});
