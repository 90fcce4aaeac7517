import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { SecretsError } from "../../../cli/secrets/error.ts";
import { hide } from "../../../cli/secrets/hide.ts";
import { check, show } from "../../../cli/secrets/look.ts";
import type { Secret, SecretStore } from "../../../cli/secrets/store.ts";
import { ConfigError, checkConfig } from "../../../config/check.ts";
import { root as repository } from "../../../config/load.ts";
import { configWith } from "../../fixtures/valid-config.ts";

const config = checkConfig(configWith({}), repository);

describe("secrets that lie in a clone", () => {
  let root: string;
  let sealed: Record<string, string>;
  let replaced: Record<string, string>;
  let during: () => void;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "onebox-secrets-"));
    [sealed, replaced, during] = [{}, {}, () => {}];
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const path = (name: string) => join(root, name);
  /** A store whose files are encrypted by nothing. */
  const store = {
    path,
    names: () => Object.keys(sealed),
    has: (name: string) => name in sealed,
    decrypt: async (name: string) => {
      const text = sealed[name];
      if (text === undefined) throw new SecretsError(`${name}.gpg is missing`);
      return Buffer.from(text);
    },
    replace: async (secrets: Secret[]) => {
      during();
      for (const { name, plain } of secrets) replaced[name] = Buffer.from(plain).toString();
    },
  } as unknown as SecretStore;
  /** Puts texts there: encrypted, in plain text `later` seconds after that, or both. */
  function put(
    name: string,
    { gpg, plain, later = 10 }: { gpg?: string; plain?: string; later?: number },
  ) {
    if (gpg !== undefined) {
      sealed[name] = gpg;
      writeFileSync(path(`${name}.gpg`), "");
      utimesSync(path(`${name}.gpg`), 1000, 1000);
    }
    if (plain === undefined) return;
    writeFileSync(path(name), plain);
    utimesSync(path(name), 1000 + later, 1000 + later);
  }
  const hidden = async (all = false) => {
    const warned: string[] = [];
    const said = await hide(store, config, all ? store.names() : [], (line) => warned.push(line));
    return { said, warned };
  };

  it("are encrypted and removed, and nothing else is", async () => {
    put("a.txt", { gpg: "A=1\n", plain: "A=2\n" });
    put("b.txt", { gpg: "A=3\n" });
    put(".env.preview", { plain: "B=1\n" }); // git-secret does not know it yet
    const { said } = await hidden();
    expect(replaced).to.deep.equal({ "a.txt": "A=2\n", ".env.preview": "B=1\n" });
    expect(said).to.match(/^encrypted: a\.txt\.gpg \.env\.preview\.gpg; next: git add/);
    expect(existsSync(path("a.txt"))).to.equal(false);
  });

  it("are encrypted anew, those that lie here encrypted too, where all are meant", async () => {
    put("a.txt", { gpg: "A=1\n", plain: "A=2\n" });
    put("b.txt", { gpg: "A=3\n" });
    await hidden(true);
    expect(replaced).to.deep.equal({ "a.txt": "A=2\n", "b.txt": "A=3\n" });
  });

  it("are none where nothing is in plain text", async () => {
    put("a.txt", { gpg: "A=1\n" });
    expect((await hidden()).said).to.equal("nothing lies here in plain text");
    expect(replaced).to.deep.equal({});
  });

  it("stay where they are wrong", async () => {
    put(".env.stage", { plain: "no line of an env file\n" });
    expect(await hidden().catch((error: unknown) => error)).to.be.instanceOf(ConfigError);
    expect(existsSync(path(".env.stage"))).to.equal(true);
    expect(replaced).to.deep.equal({});
  });

  it("are not taken back to an older text, unless it is the same", async () => {
    put("a.txt", { gpg: "A=2\n", plain: "A=1\n", later: -10 });
    const error = await hidden().catch((error: unknown) => error);
    expect(error)
      .to.be.instanceOf(SecretsError)
      .with.property("message")
      .that.matches(/^a\.txt is older/);
    expect(replaced).to.deep.equal({});
    put("a.txt", { gpg: "A=1\n", plain: "A=1\n", later: -10 });
    expect((await hidden()).said).to.match(/^encrypted: a\.txt\.gpg/);
  });

  it("stay where somebody has changed them meanwhile", async () => {
    put("a.txt", { gpg: "A=0\n", plain: "A=1\n" });
    during = () => writeFileSync(path("a.txt"), "A=2\n");
    expect((await hidden()).warned.join()).to.match(/^a\.txt has changed meanwhile/);
    expect(readFileSync(path("a.txt"), "utf8")).to.equal("A=2\n");
  });

  it("are shown by name, and with their values only where these are asked for", async () => {
    put("a.txt", { gpg: "A=secret\nB=\n" });
    expect(await show(["a.txt"], store, false)).to.equal("A\nB\n");
    expect(await show(["a.txt"], store, true)).to.equal("A=secret\nB=\n");
    put("b.txt", { gpg: "C=1\n" });
    expect(await show(["a.txt", "b.txt"], store, false)).to.equal("# a.txt\nA\nB\n\n# b.txt\nC\n");
  });

  it("are all checked, whatever is wrong with some", async () => {
    put(".env.stage", { gpg: "no line of an env file\n" });
    put(".env.prod", { gpg: "A=1\n", plain: "A=2\n" });
    const found = new Map((await check(store, config)).map((file) => [file.name, file]));
    expect([...found.keys()]).to.have.members([".env", ".env.stage", ".env.prod"]);
    expect(found.get(".env")).to.deep.include({ keys: 0, problems: [".env.gpg is missing"] });
    expect(found.get(".env.stage")?.problems).to.not.be.empty;
    expect(found.get(".env.prod")?.problems.join()).to.match(
      /in plain text differs from \.env\.prod\.gpg/,
    );
  });

  it("are checked without a word from a pipe of their name, as password managers put there", async () => {
    put(".env.prod", { gpg: "A=1\n" });
    execFileSync("mkfifo", [path(".env.prod")]);
    const found = (await check(store, config)).find(({ name }) => name === ".env.prod");
    expect(found?.problems.join()).to.not.include("plain text");
  });
});
