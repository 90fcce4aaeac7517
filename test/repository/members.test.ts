import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Clone } from "../support/clone.ts";

describe("the members who read the secrets", () => {
  let clone: Clone;
  let home: string;
  const bob = "bob@onebox.invalid";
  before(() => {
    clone = new Clone();
    clone.lendPackages();
    home = mkdtempSync(join(tmpdir(), "onebox-gpg-")); // short: gpg-agent's socket lies in it
    gpg("--passphrase", "", "--quick-generate-key", bob, "future-default", "default", "never");
  });
  after(() => {
    spawnSync("gpgconf", ["--homedir", home, "--kill", "all"]);
    spawnSync("gpgconf", ["--homedir", join(clone.directory, ".gitsecret/keys"), "--kill", "all"]);
    rmSync(home, { recursive: true, force: true });
    clone.remove();
  });

  function gpg(...args: string[]): Buffer {
    return execFileSync("gpg", ["--homedir", home, "--batch", "--quiet", ...args], {
      stdio: ["ignore", "pipe", "ignore"],
    });
  }
  const members = (...args: string[]) =>
    clone.run("members.sh", args, { env: { GNUPGHOME: home } });
  const opens = (file: string, text = readFileSync(join(clone.directory, file))) =>
    spawnSync("gpg", ["--homedir", home, "--batch", "--decrypt"], { input: text }).status === 0;

  it("are let in, and listed with the day and with what they read", async () => {
    expect(opens(".env.gpg")).to.equal(false);
    const { code, output } = await members("add", bob);
    expect(code, output).to.equal(0);
    expect(
      [".env.gpg", ".env.stage.gpg", ".env.prod.gpg"].map((file) => opens(file)),
    ).to.deep.equal([true, true, true]);
    clone.commit("Let Bob in");
    const list = (await members("list")).stdout;
    expect(list).to.match(
      /^bob@onebox\.invalid .*\d{4}-\d\d-\d\d +\.env \.env\.stage \.env\.prod/m,
    );
  });

  it("read nothing new once they are out; what they know is named, for each to be exchanged", async () => {
    const before = readFileSync(join(clone.directory, ".env.gpg"));
    const { code, output } = await members("remove", bob);
    expect(code, output).to.equal(0);
    expect(output)
      .to.match(/scripts\/rotate\.sh all +# .*DEPLOY_KEY, HOST_CA_KEY/)
      .and.match(/scripts\/rotate\.sh all +# .*DATABASE_URL/);
    for (const file of [".env.gpg", ".env.stage.gpg", ".env.prod.gpg"]) {
      expect(opens(file), file).to.equal(false);
    }
    expect(opens(".env.gpg", before), "what he has read he knows").to.equal(true);
    expect((await members("list")).stdout).not.to.include("bob");
  });

  it("are found by the files too, where only the list has forgotten them", async () => {
    await members("add", bob);
    const keyring = ["--homedir", join(clone.directory, ".gitsecret/keys"), "--batch", "--yes"];
    const listed = gpg("--list-keys", "--with-colons", bob).toString();
    const [, fingerprint = ""] = /^fpr:+([0-9A-F]+):/m.exec(listed) ?? [];
    execFileSync("gpg", [...keyring, "--delete-keys", fingerprint], { stdio: "ignore" });
    const list = (await members("list")).stdout;
    expect(list).to.match(/unknown here.*\.env .*shall read nothing any more/);
  });

  it("are let in by exactly their own email, and by a fingerprint where several keys have it", async () => {
    const [ann, joann] = ["ann@onebox.invalid", "joann@onebox.invalid"];
    const make = (who: string) =>
      gpg("--passphrase", "", "--quick-generate-key", who, "future-default", "default");
    for (const who of [ann, joann]) make(`X <${who}>`);
    expect((await members("add", ann)).code).to.equal(0);
    const list = (await members("list")).stdout;
    expect(list).to.include(`<${ann}>`).and.not.include(joann);
    make(`Another <${joann}>`);
    const { code, output } = await members("add", joann);
    expect(code, output).to.equal(2);
    const [fingerprint = ""] = /[0-9A-F]{40}/.exec(output) ?? [];
    expect((await members("add", fingerprint)).code).to.equal(0);
    expect((await members("list")).stdout).to.include(fingerprint.slice(-16));
  });

  it("stay as they are when somebody is named who is none, or has no key here", async () => {
    const before = clone.git("status", "--porcelain");
    for (const args of [
      ["remove", "eve@onebox.invalid"],
      ["add", "eve@onebox.invalid"],
      ["lst"],
      ["add"],
    ]) {
      const { code, output } = await members(...args);
      expect(code, `${args.join(" ")}: ${output}`).to.equal(2);
    }
    expect(clone.git("status", "--porcelain")).to.equal(before);
  });
});
