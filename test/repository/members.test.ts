import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { loadProject } from "../../cli/project.ts";
import { SecretsError } from "../../cli/secrets/error.ts";
import { setsIn } from "../../cli/secrets/sets.ts";
import { unlock } from "../../cli/secrets/unlock.ts";
import { Clone } from "../support/clone.ts";
import { withPractice } from "../support/secrets.ts";

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
    for (const { keyring } of setsIn(clone.directory))
      spawnSync("gpgconf", [...keyring.slice(0, 2), "--kill", "all"]);
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

  it("stay as they are when a change of some files' readers fails half-way", async () => {
    const before = clone.git("status", "--porcelain");
    const prod = join(clone.directory, ".env.prod.gpg");
    const sealed = readFileSync(prod);
    writeFileSync(prod, "no OpenPGP");
    const { code, output } = await members("add", bob, "--only", "prod");
    writeFileSync(prod, sealed);
    expect(code, output).to.equal(2);
    expect(existsSync(join(clone.directory, ".gitsecret-prod"))).to.equal(false);
    expect(clone.git("status", "--porcelain")).to.equal(before);
  });

  it("may read stage's secrets and not prod's, whoever encrypts what from then on", async () => {
    const files = [".env.gpg", ".env.stage.gpg", ".env.prod.gpg"];
    const reads = () => files.map((file) => opens(file));
    const { code, output } = await members("add", bob, "--only", "stage");
    expect(code, output).to.equal(0);
    expect(reads()).to.deep.equal([false, true, false]);
    expect((await members("list")).stdout).to.match(/^bob@onebox\.invalid .* \.env\.stage$/m);
    const hidden = await clone.run("secrets.sh", ["hide", "--all"]);
    expect(hidden.code, hidden.output).to.equal(0);
    expect(reads(), "encrypted anew").to.deep.equal([false, true, false]);
    const known = () => withPractice(clone, (secret) => secret("whoknows").toString());
    expect(known()).not.to.include("bob");
    process.env.SECRETS_DIR = ".gitsecret-stage"; // git-secret's own way to such files
    try {
      expect(known()).to.include("bob@onebox.invalid");
      const text = withPractice(clone, (secret, own) => secret("cat", "-d", own, ".env.stage"));
      expect(text.toString()).to.include("DATABASE_URL");
    } finally {
      delete process.env.SECRETS_DIR;
    }
  });

  it("deploy what they read, and are refused the other in one line", async () => {
    const { code, output } = await members("add", bob, "--only", ".env");
    expect(code, output).to.equal(0);
    const identity = join(clone.directory, ".gitsecret/practice.asc");
    const practice = readFileSync(identity);
    rmSync(identity);
    try {
      const run = (script: string, ...args: string[]) =>
        clone.run(script, args, { env: { GNUPGHOME: home } });
      expect((await run("secrets.sh", "show", ".env", "stage")).code).to.equal(0);
      const image = `127.0.0.1:5000/onebox@sha256:${"1".repeat(64)}`;
      const prod = await run("deploy.sh", "prod", "--image", image);
      expect(prod.code, prod.output).to.equal(2);
      expect(prod.output).to.match(
        /^deploy\.sh: \.env\.prod\.gpg: no GPG key of yours opens it; .* --only \.env\.prod$/m,
      );
      const rotated = await run("rotate.sh", "database");
      expect(rotated.code, rotated.output).to.equal(2);
      expect(rotated.output).to.match(/^rotate\.sh: \.env\.prod\.gpg: no GPG key of yours/m);
      const directory = join(home, "unlocked");
      process.env.GNUPGHOME = home;
      const { config, cloud } = await loadProject(clone.directory, "onebox.config.ts");
      const wanted = { root: clone.directory, directory, config, cloud };
      await unlock({ ...wanted, environment: "stage" });
      expect(readFileSync(join(directory, "variables.json"), "utf8")).to.include("DATABASE_URL");
      const refused = await unlock({ ...wanted, environment: "prod" }).catch((error) => error);
      expect(refused).to.be.instanceOf(SecretsError);
    } finally {
      delete process.env.GNUPGHOME;
      writeFileSync(identity, practice);
    }
  });

  it("are put out of one file, and of all that is left", async () => {
    expect((await members("remove", bob, "--only", ".env")).code).to.equal(0);
    expect(opens(".env.gpg")).to.equal(false);
    expect(opens(".env.stage.gpg")).to.equal(true);
    const { code, output } = await members("remove", bob);
    expect(code, output).to.equal(0);
    expect(output).to.include("DATABASE_URL").and.not.include("DEPLOY_KEY");
    expect(opens(".env.stage.gpg")).to.equal(false);
  });

  it("are found by the files too, where only the list has forgotten them", async () => {
    await members("add", bob);
    const listed = gpg("--list-keys", "--with-colons", bob).toString();
    const [, fingerprint = ""] = /^fpr:+([0-9A-F]+):/m.exec(listed) ?? [];
    for (const { keyring } of setsIn(clone.directory)) {
      const args = ["--batch", "--yes", "--delete-keys", fingerprint];
      execFileSync("gpg", [...keyring, ...args], { stdio: "ignore" });
    }
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
