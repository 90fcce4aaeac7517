import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect } from "chai";
import { cloneInSpacedPath } from "../fixtures/spaced-clone.ts";
import type { Clone } from "../support/clone.ts";
import { readSecrets } from "../support/secrets.ts";

const names = [".env", ".env.stage", ".env.prod"];

describe("git-secret", () => {
  let clone: Clone;
  let home: string;
  let parent: string;
  const env = () => ({ ...process.env, GNUPGHOME: home, SECRETS_EXTENSION: ".gpg" });
  const call = (program: string, ...args: string[]) =>
    execFileSync(program, args, { cwd: clone.directory, env: env(), stdio: "pipe" }).toString();
  const plain = (name: string) => parseEnv(readFileSync(join(clone.directory, name), "utf8"));

  before(() => {
    ({ clone, parent } = cloneInSpacedPath());
    clone.lendPackages();
  });
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "onebox-gpg-"));
  });
  afterEach(() => {
    call("gpgconf", "--kill", "all");
    rmSync(home, { recursive: true, force: true });
    for (const name of names) rmSync(join(clone.directory, name), { force: true });
  });
  after(() => {
    clone.remove();
    rmSync(parent, { recursive: true, force: true });
  });

  it("reveals the three files with the practice identity, and git ignores them", () => {
    call("gpg", "--batch", "--quiet", "--import", ".gitsecret/practice.asc");
    call("git", "secret", "reveal");
    expect(plain(".env")).to.include.keys("DEPLOY_KEY", "HOST_CA_KEY", "HASH_SALT");
    expect(plain(".env.stage").POSTGRES_PASSWORD).not.to.equal(
      plain(".env.prod").POSTGRES_PASSWORD,
    );
    expect(clone.git("status", "--porcelain")).to.equal("");
  });

  it("explains in .env.example every key that the files hold", () => {
    call("gpg", "--batch", "--quiet", "--import", ".gitsecret/practice.asc");
    call("git", "secret", "reveal");
    const explained = Object.keys(plain(".env.example")).sort();
    const used = new Set(names.flatMap((name) => Object.keys(plain(name))));
    expect([...used].sort()).to.deep.equal(explained);
  });

  it("is left alone by init.sh without a key", async () => {
    const nobody = await clone.run("init.sh", ["nobody@onebox.invalid"], {
      env: env() as Record<string, string>,
    });
    expect(nobody.code, nobody.output).to.equal(2);
    expect(nobody.output).to.match(/^init\.sh: no GPG key with a private half for nobody/);
    expect(clone.git("status", "--porcelain")).to.equal("");
  });

  it("belongs to the user after init.sh: own key, fresh values, no practice identity", async () => {
    const before = readSecrets(clone);
    // gpg takes a bare address for a part of another one's, too.
    for (const name of ["me@onebox.invalid", "some.me@onebox.invalid"]) {
      const key = ["--quick-generate-key", name, "default", "default"];
      call("gpg", "--batch", "--passphrase", "", ...key);
    }
    const { code, output } = await clone.run("init.sh", ["me@onebox.invalid"], {
      env: env() as Record<string, string>,
    });
    expect(code, output).to.equal(0);
    expect(existsSync(join(clone.directory, ".gitsecret/practice.asc"))).to.equal(false);
    for (const name of names) {
      const text = call("git", "secret", "cat", name);
      expect(text).to.equal(readFileSync(join(clone.directory, name), "utf8"));
      expect(Object.keys(parseEnv(text))).to.deep.equal(Object.keys(parseEnv(before[name] ?? "")));
      expect(text).not.to.equal(before[name]);
    }
    expect(call("git", "secret", "whoknows").trim()).to.equal("me@onebox.invalid");
  });
});
