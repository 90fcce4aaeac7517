import { expect } from "chai";
import { isKept } from "../../../cli/commands/init.ts";
import { nameOf, parseAction } from "../../../cli/commands/secrets.ts";
import { readAppEnv, readDeployEnv } from "../../../cli/env/check.ts";
import { isAmong } from "../../../cli/secrets/ci-key.ts";
import { randomText, renderSecrets } from "../../../cli/secrets/new.ts";

describe("new secrets", () => {
  const files = renderSecrets({ deploy: "a2V5", hostCa: "Y2E=" });
  const bytes = (name: string) => Buffer.from(files[name] ?? "");

  it("hold the keys, random texts, and what is left to be filled in", () => {
    const env = readDeployEnv(bytes(".env"));
    expect(env).to.include({ DEPLOY_KEY: "a2V5", HOST_CA_KEY: "Y2E=", HCLOUD_TOKEN: "" });
    expect(env.WEBHOOK_SECRET).to.match(/^[A-Za-z0-9]{48}$/);
    expect(env.HASH_SALT)
      .to.match(/^[A-Za-z0-9]{48}$/)
      .and.not.to.equal(env.WEBHOOK_SECRET);
  });

  it("give each environment a password of its own, which its DATABASE_URL has too", () => {
    const passwords = ["stage", "prod"].map((environment) => {
      const entries = readAppEnv(bytes(`.env.${environment}`), { environment, database: true });
      const { POSTGRES_PASSWORD = "", DATABASE_URL } = Object.fromEntries(
        entries.map(({ key, value }) => [key, value]),
      );
      expect(DATABASE_URL).to.equal(`postgres://app:${POSTGRES_PASSWORD}@db:5432/app`);
      return POSTGRES_PASSWORD;
    });
    expect(new Set(passwords).size).to.equal(2);
  });

  it("are of letters and digits, each time others", () => {
    expect(randomText(64)).to.match(/^[A-Za-z0-9]{64}$/);
    expect(randomText(64)).not.to.equal(randomText(64));
  });

  it("leave behind what GnuPG keeps for itself", () => {
    const kept = (name: string) => isKept(`/tmp/x/.gitsecret/keys/${name}`);
    expect(["pubring.kbx", "trustdb.gpg"].map(kept)).to.deep.equal([true, true]);
    expect(["S.gpg-agent", "pubring.kbx~", "random_seed"].map(kept)).to.deep.equal(
      Array(3).fill(false),
    );
  });
});

describe("the pipeline's key", () => {
  it("is known by its whole address", () => {
    const recipients = [{ name: "Ada <ada@example.com>" }, { name: "ci@onebox.invalid" }];
    expect(isAmong(recipients, "ci@onebox.invalid")).to.equal(true);
    expect(isAmong(recipients, "ada@example.com")).to.equal(true);
    expect(isAmong(recipients, "example.com")).to.equal(false);
  });
});

describe("what scripts/secrets.sh is asked for", () => {
  const refused = (...[word, files = [], options = {}]: Parameters<typeof parseAction> | []) => {
    try {
      return parseAction(word, files, options);
    } catch (error) {
      return (error as Error).message.replace("; see scripts/secrets.sh --help", "");
    }
  };

  it("is an action with what belongs to it", () => {
    expect(parseAction("edit", ["stage"], {})).to.equal("edit");
    expect(parseAction("show", [], { values: true })).to.equal("show");
    expect(parseAction("hide", [], { all: true })).to.equal("hide");
    expect(refused()).to.equal("say what to do: edit, hide, show or check");
    expect(refused("fly", [], {})).to.equal(
      'unknown action "fly": it is edit, hide, show or check',
    );
    expect(refused("edit", [], {})).to.equal("name one file: edit stage");
    expect(refused("check", ["prod"], {})).to.equal("check takes no file: it is about all of them");
    expect(refused("hide", [], { values: true })).to.equal("--values belongs to show");
    expect(refused("show", [], { all: true })).to.equal("--all belongs to hide");
  });

  it("is a file, or what stands behind its dot", () => {
    expect(nameOf("prod", [])).to.equal(".env.prod");
    expect(nameOf(".env", [])).to.equal(".env");
    expect(nameOf("mine.txt", ["mine.txt"])).to.equal("mine.txt");
    expect(() => nameOf("pord", [])).to.throw(/there is no file "pord"; did you mean prod\?/);
    expect(() => nameOf("quite-else", [])).to.throw(
      /there is no file "quite-else": there is \.env/,
    );
  });
});
