import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { expect } from "chai";
import { cloneInSpacedPath } from "../fixtures/spaced-clone.ts";
import type { Clone } from "../support/clone.ts";
import { readSecrets } from "../support/secrets.ts";

describe("scripts/secrets.sh, in a path with a space", function () {
  this.timeout(120_000);
  let clone: Clone;
  let home: string;
  let parent: string;
  const secrets = async (args: string[], env: Record<string, string> = {}) => {
    const all = { GNUPGHOME: home, EDITOR: "false", VISUAL: "", ...env };
    const { code, output } = await clone.run("secrets.sh", args, { env: all });
    return { code, output: output.trim() };
  };
  /** An editor that runs a shell command; the file is "$1". */
  const editing = (command: string) => ({ EDITOR: `sh -c '${command}' editor` });
  const gpg = (...args: string[]) =>
    execFileSync("gpg", ["--homedir", home, "--batch", "--quiet", ...args], { stdio: "pipe" });
  const sealed = (name: string) => readFileSync(join(clone.directory, `${name}.gpg`), "base64");
  const isThere = (name: string) => existsSync(join(clone.directory, name));

  before(() => {
    home = mkdtempSync(join(tmpdir(), "onebox-gpg-"));
    ({ clone, parent } = cloneInSpacedPath());
    clone.lendPackages();
  });
  after(() => {
    execFileSync("gpgconf", ["--homedir", home, "--kill", "all"]);
    clone.remove();
    for (const left of [home, parent]) rmSync(left, { recursive: true, force: true });
  });

  it("checks what is there, and shows names but no values", async () => {
    const { code, output } = await secrets(["check"]);
    expect(code, output).to.equal(0);
    const held = Object.entries(readSecrets(clone)).map(([name, text]) => [
      name,
      String(Object.keys(parseEnv(text)).length),
    ]);
    const told = output.split("\n").map((line) => line.match(/^✓ (\S+) +(\d+) keys$/)?.slice(1));
    expect(told).to.deep.equal(held);
    const names = await secrets(["show", "stage"]);
    expect(names.output).to.equal("POSTGRES_PASSWORD\nDATABASE_URL\nLOG_LEVEL");
    const values = await secrets(["show", "--values", "stage"]);
    expect(values.output).to.equal(readSecrets(clone)[".env.stage"]?.trim());
  });

  it("takes an edit over, and leaves no plain text", async () => {
    const { code, output } = await secrets(["edit", "stage"], editing('echo "K=a \\$b" >>"$1"'));
    expect(code, output).to.equal(0);
    expect(readSecrets(clone)[".env.stage"]).to.match(/\nK=a \$b\n$/);
    expect(isThere(".env.stage")).to.equal(false);
    const changed = clone.git("status", "--porcelain").split("\n");
    expect(changed.map((line) => line.trim())).to.deep.equal([
      "M .env.stage.gpg",
      "M .gitsecret/paths/mapping.cfg",
    ]);
    // git-secret finds that the file is the one that it knows.
    expect(clone.git("diff", ".gitsecret")).to.match(/\+\.env\.stage:[0-9a-f]{64}$/m);
  });

  it("changes nothing for an editor that fails, removes its file, or leaves all as it is", async () => {
    const before = sealed(".env.stage");
    expect(await secrets(["edit", "stage"])).to.deep.include({ code: 2 });
    expect(await secrets(["edit", "stage"], editing('rm "$1"'))).to.deep.equal({
      code: 2,
      output: "secrets.sh: the editor has removed its file; nothing was changed",
    });
    expect((await secrets(["edit", ".env.stage"], editing("true"))).output).to.equal(
      ".env.stage is as before",
    );
    expect(sealed(".env.stage")).to.equal(before);
  });

  it("refuses an edit that a deploy would refuse, and keeps it until it is mended", async () => {
    const before = sealed(".env.prod");
    const { code, output } = await secrets(["edit", "prod"], editing('echo ONEBOX_X=1 >>"$1"'));
    expect(code, output).to.equal(2);
    expect(output).to.match(/^\.env\.prod: line 4: ONEBOX_X is set by Onebox/);
    expect((await secrets(["edit", "prod"], editing("true"))).output).to.include("lies here");
    expect((await secrets(["hide"])).code).to.equal(2);
    expect(sealed(".env.prod")).to.equal(before);
    const kept = readFileSync(join(clone.directory, ".env.prod"), "utf8");
    clone.write(".env.prod", kept.replace("ONEBOX_X", "MINE"));
    expect((await secrets(["check"])).output).to.include(".env.prod in plain text differs");
    const hidden = await secrets(["hide"]);
    expect(hidden.code, hidden.output).to.equal(0);
    expect(isThere(".env.prod")).to.equal(false);
    expect(readSecrets(clone)[".env.prod"]).to.match(/\nMINE=1\n$/);
  });

  it("does not take an old plain text for a newer one", async () => {
    clone.write(".env.prod", "POSTGRES_PASSWORD=old\nDATABASE_URL=old\n");
    utimesSync(join(clone.directory, ".env.prod"), 1, 1);
    const { code, output } = await secrets(["hide"]);
    expect(code, output).to.equal(2);
    expect(output).to.include(".env.prod is older than .env.prod.gpg and differs from it");
    rmSync(join(clone.directory, ".env.prod"));
  });

  it("makes a file that was not there yet", async () => {
    const made = await secrets(["edit", "preview"], editing('echo MAIL=1 >"$1"'));
    expect(made.code, made.output).to.equal(0);
    expect((await secrets(["show", "preview"])).output).to.equal("MAIL");
    expect((await secrets(["hide", "--all"])).output).to.include(".env.prod.gpg .env.preview.gpg");
  });

  it("keeps edit and old content when a member's key has expired", async () => {
    const keys = join(clone.directory, ".gitsecret/keys");
    gpg(
      ...["--passphrase", "", "--faked-system-time", "20200101T000000"],
      ...["--quick-generate-key", "gone@onebox.invalid", "default", "default", "1d"],
    );
    const gone = gpg("--export", "gone@onebox.invalid");
    execFileSync("gpg", ["--homedir", keys, "--batch", "--quiet", "--import"], {
      input: gone,
      stdio: "pipe",
    });
    const before = sealed(".env.stage");
    const { code, output } = await secrets(["edit", "stage"], editing('echo NEW=1 >>"$1"'));
    expect(code, output).to.equal(2);
    expect(output).to.match(/the key of gone@onebox\.invalid expired on 2020-01-02, so nothing/);
    const hidden = await secrets(["hide"]);
    expect(hidden.code, hidden.output).to.equal(2);
    expect(sealed(".env.stage")).to.equal(before);
    expect(readFileSync(join(clone.directory, ".env.stage"), "utf8")).to.match(/\nNEW=1\n$/);
    clone.git("checkout", "--quiet", "--", ".gitsecret/keys");
    rmSync(join(clone.directory, ".env.stage"));
  });

  it("says what a key of one's own lacks", async () => {
    rmSync(join(clone.directory, ".gitsecret/practice.asc"));
    expect((await secrets(["show", "stage"])).output).to.match(
      /^secrets\.sh: .* no GPG key of yours/,
    );
    gpg(
      ...["--pinentry-mode", "loopback", "--passphrase", "some words"],
      ...["--quick-generate-key", "me@onebox.invalid", "default", "default", "never"],
    );
    execFileSync("gpgconf", ["--homedir", home, "--kill", "all"]); // it remembers the words
    const file = join(clone.directory, ".env.stage.gpg");
    const sealing = ["--yes", "--trust-model", "always", "-r", "me@onebox.invalid", "-o", file];
    execFileSync("gpg", ["--homedir", home, "--batch", "--quiet", ...sealing, "-e"], {
      input: "K=1\n",
    });
    const { code, output } = await secrets(["show", "stage"]);
    expect(code, output).to.equal(2);
    expect(output).to.match(/asks for its passphrase, and there is no terminal/);
    clone.write(".env.stage.gpg", "no OpenPGP");
    expect((await secrets(["show", "stage"])).output).to.include("damaged; restore it from git");
  });

  it("knows what was meant", async () => {
    const said = async (...args: string[]) => (await secrets(args)).output;
    expect(await said()).to.match(/^secrets\.sh: say what to do: edit, hide, show or check; see/);
    expect(await said("edti", "stage")).to.include('unknown action "edti"; did you mean edit?');
    expect(await said("edit", "stgae")).to.include('no file "stgae"; did you mean stage?');
    expect(await said("show", "--value")).to.match(
      /^secrets\.sh: unknown option --value \(did you mean --values\?\)/,
    );
    expect(await said("--help")).to.match(/^Usage: scripts\/secrets\.sh edit FILE/);
  });

  it("leaves nothing decrypted behind", () => {
    const left = readdirSync(clone.directory).filter((name) =>
      /^\.env(?!.*(gpg|example)$)/.test(name),
    );
    expect(left).to.deep.equal([]);
    expect(readdirSync(join(clone.directory, ".onebox")).join()).not.to.include("secrets.");
  });
});
