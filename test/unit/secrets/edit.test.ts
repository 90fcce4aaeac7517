import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { edit } from "../../../cli/secrets/edit.ts";
import { SecretsError } from "../../../cli/secrets/error.ts";
import type { Secret, SecretStore } from "../../../cli/secrets/store.ts";
import type { Session } from "../../../cli/session.ts";
import { ConfigError, checkConfig } from "../../../config/check.ts";
import { root as repository } from "../../../config/load.ts";
import { configWith } from "../../fixtures/valid-config.ts";

const config = checkConfig(configWith({}), repository);

describe("an edit of a secret file", () => {
  const isTTY = Object.getOwnPropertyDescriptor(process.stdin, "isTTY");
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "onebox-edit-"));
    mkdirSync(join(root, "private"));
    Object.defineProperty(process.stdin, "isTTY", { value: false, configurable: true });
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
    if (isTTY === undefined) Reflect.deleteProperty(process.stdin, "isTTY");
    else Object.defineProperty(process.stdin, "isTTY", isTTY);
  });

  /** Edits a file that holds A=1 by an editor that does this; `store` may refuse what comes back. */
  async function edited(
    name: string,
    editor: (file: string) => number,
    { environment = {}, store = {} }: { environment?: object; store?: Partial<SecretStore> } = {},
  ) {
    const replaced: Record<string, string> = {};
    const started: string[] = [];
    const session = {
      secrets: join(root, "private"),
      invocation: { environment },
      lendTerminal: (work: () => unknown) => work(),
      processes: {
        attach: async (_: string, [, program = "", ...args]: string[]) => {
          started.push(program);
          return editor(args.at(-1) ?? "");
        },
      },
    } as unknown as Session;
    const own = {
      path: (file: string) => join(root, file),
      has: () => true,
      decrypt: async () => Buffer.from("A=1\n"),
      replace: async (secrets: Secret[]) => {
        for (const { name, plain } of secrets) replaced[name] = Buffer.from(plain).toString();
      },
      ...store,
    } as unknown as SecretStore;
    const end = await edit(session, name, own, config).catch((error: unknown) => error);
    return { end, replaced, program: started[0] };
  }
  const writing = (text: string) => (file: string) => {
    expect(readFileSync(file, "utf8")).to.equal("A=1\n");
    writeFileSync(file, text);
    return 0;
  };
  const kept = (name: string) => readFileSync(join(root, name), "utf8");

  it("takes over what comes back, and leaves no plain text", async () => {
    const { end, replaced } = await edited("a.txt", writing("A=2\n"));
    expect(end).to.match(/^a\.txt\.gpg holds the change now; next: git add/);
    expect(replaced).to.deep.equal({ "a.txt": "A=2\n" });
    expect(existsSync(join(root, "a.txt"))).to.equal(false);
  });

  it("encrypts nothing where nothing was changed", async () => {
    const { end, replaced } = await edited("a.txt", () => 0);
    expect(end).to.equal("a.txt is as before");
    expect(replaced).to.deep.equal({});
  });

  it("keeps a text that is wrong where nobody can be asked, and takes nothing over", async () => {
    const { end, replaced } = await edited(".env.stage", writing("no line\n"));
    expect(end)
      .to.be.instanceOf(ConfigError)
      .with.property("message")
      .that.matches(/your text is in \.env\.stage/);
    expect(replaced).to.deep.equal({});
    expect(kept(".env.stage")).to.equal("no line\n");
  });

  it("keeps a text that could not be encrypted", async () => {
    const replace = () => Promise.reject(new SecretsError("a key expired"));
    const { end } = await edited("a.txt", writing("A=2\n"), { store: { replace } });
    expect(end)
      .to.be.instanceOf(SecretsError)
      .with.property("message")
      .that.matches(/^a key expired\nnothing was changed; your text is in a\.txt/);
    expect(kept("a.txt")).to.equal("A=2\n");
  });

  const refused: [string, (file: string) => number, RegExp][] = [
    ["the editor fails", () => 7, /"vi" ended with exit code 7; nothing was changed/],
    [
      "the editor removes its file",
      (file) => {
        rmSync(file);
        return 0;
      },
      /has removed its file; nothing was changed/,
    ],
  ];
  for (const [what, editor, why] of refused) {
    it(`is refused where ${what}`, async () => {
      const { end, replaced } = await edited("a.txt", editor);
      expect(end).to.be.instanceOf(SecretsError).with.property("message").that.matches(why);
      expect(replaced).to.deep.equal({});
    });
  }

  it("is refused beside a text that lies here already", async () => {
    writeFileSync(join(root, "a.txt"), "A=3\n");
    const { end, program } = await edited("a.txt", () => 0);
    expect(end).to.be.instanceOf(SecretsError);
    expect(program).to.equal(undefined);
    expect(kept("a.txt")).to.equal("A=3\n");
  });

  const editors: [object, string][] = [
    [{}, "vi"],
    [{ EDITOR: "nano -w" }, "nano -w"],
    [{ EDITOR: "nano", VISUAL: "code --wait" }, "code --wait"],
    [{ EDITOR: "nano", VISUAL: "" }, "nano"],
  ];
  for (const [environment, editor] of editors) {
    it(`starts ${editor} for ${JSON.stringify(environment)}`, async () => {
      expect((await edited("a.txt", () => 0, { environment })).program).to.equal(`${editor} "$@"`);
    });
  }
});
