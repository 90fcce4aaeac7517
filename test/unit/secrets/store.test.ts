import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { SecretStore } from "../../../cli/secrets/store.ts";

describe("an encrypted file", () => {
  it("is a file: nothing is read from a folder, nor without end from a device", async () => {
    const root = mkdtempSync(join(tmpdir(), "onebox-store-"));
    mkdirSync(join(root, ".env.stage.gpg"));
    symlinkSync("/dev/zero", join(root, ".env.prod.gpg"));
    const store = new SecretStore(root, undefined);
    for (const name of [".env.stage", ".env.prod"]) {
      const error = await store.decrypt(name).catch((e) => e);
      expect(error.message).to.equal(`${name}.gpg is no file: restore it from git`);
    }
    rmSync(root, { recursive: true });
  });
});
