import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { changeReaders } from "../../../cli/members/change.ts";
import { SecretStore } from "../../../cli/secrets/store.ts";
import type { Config } from "../../../config/schema.ts";

describe("who may read the secrets", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "onebox-readers-"));
    for (const part of ["keys", "paths"])
      mkdirSync(join(root, ".gitsecret", part), { recursive: true });
    writeFileSync(join(root, ".gitsecret/paths/mapping.cfg"), ".env:0123\n");
    writeFileSync(join(root, ".gitsecret/keys/pubring.kbx"), "before");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("is as before when the command is interrupted between the keyring and the files", async () => {
    const ring = join(root, ".gitsecret/keys/pubring.kbx");
    const closers: (() => unknown)[] = [];
    const session = { say: () => {}, onClose: (close: () => unknown) => closers.push(close) };
    const begun = new Promise<void>((resolve) => {
      const store = new SecretStore(root, undefined);
      void changeReaders(store, {} as Config, [".env"], session as never, () => {
        writeFileSync(ring, "after");
        resolve();
        return new Promise(() => {}); // gpg goes on
      });
    });
    await begun;
    expect(readFileSync(ring, "utf8")).to.equal("after");
    for (const close of closers) await close();
    expect(readFileSync(ring, "utf8")).to.equal("before");
  });
});
