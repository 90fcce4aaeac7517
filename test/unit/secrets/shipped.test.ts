import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { readEnv } from "../../../cli/env/read.ts";
import { withOwnKeys } from "../../../cli/secrets/local-keys.ts";
import { practiceKeyring, removePrivateDirectory } from "../../../cli/secrets/private-directory.ts";
import { recipientsOf, setsIn } from "../../../cli/secrets/sets.ts";
import { isShipped, PRACTICE_IDENTITY, practiceProblems } from "../../../cli/secrets/shipped.ts";
import { SecretStore } from "../../../cli/secrets/store.ts";
import { root } from "../../../config/load.ts";
import type { DeploySecrets } from "../../../config/secrets.ts";

const valuesIn = (text: Uint8Array) =>
  Object.fromEntries(readEnv(text).entries.map(({ key, value }) => [key, value]));

describe("the secrets that the repository ships", () => {
  let directory: string;
  let files: Record<string, Record<string, string>>;
  let store: SecretStore;
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "gs-"));
    store = new SecretStore(root, await practiceKeyring(root, directory));
    const names = [".env", ".env.stage", ".env.prod"];
    files = {};
    for (const name of names) files[name] = valuesIn(await store.decrypt(name));
  });
  after(() => removePrivateDirectory(directory));

  it("are all known: each that could open something is refused at a real cloud", async () => {
    const recipients = (await recipientsOf(setsIn(root))).map(({ fingerprint }) => fingerprint);
    expect(recipients).to.deep.equal([PRACTICE_IDENTITY]);
    const problems = practiceProblems({ identity: true, recipients, files });
    for (const [file, values] of Object.entries(files)) {
      for (const [key, value] of Object.entries(values)) {
        if (value === "" || key === "LOG_LEVEL") continue;
        expect(
          problems.some((text) => text.startsWith(`${file}: ${key} is the value`)),
          key,
        ).to.equal(true);
      }
    }
    expect(problems[0]).to.include("practice.asc is public").and.include("scripts/init.sh");
    expect(problems[1]).to.include("practice identity");
  });

  it("are refused one by one, and others are not", () => {
    const { DEPLOY_KEY = "" } = files[".env"] ?? {};
    const own = { identity: false, recipients: ["A".repeat(40)], files: {} };
    expect(
      practiceProblems({ ...own, files: { ".env": { DEPLOY_KEY: "mine", TOKEN: "" } } }),
    ).to.deep.equal([]);
    const again = practiceProblems({
      ...own,
      files: { ".env.prod": { OTHER: ` ${DEPLOY_KEY}\n` } },
    });
    expect(again).to.deep.equal([
      ".env.prod: OTHER is the value that the repository ships; make a new one",
    ]);
    expect(practiceProblems({ ...own, recipients: [PRACTICE_IDENTITY] })[0]).to.include(
      "scripts/members.sh remove practice@onebox.invalid",
    );
  });
});

describe("the local cloud's SSH keys", () => {
  let clone: string;
  const shipped = { deployKey: "shipped", hostCaKey: "shipped" } as DeploySecrets;
  let env: Record<string, string>;
  before(async () => {
    const directory = mkdtempSync(join(tmpdir(), "gs-"));
    const store = new SecretStore(root, await practiceKeyring(root, directory));
    env = valuesIn(await store.decrypt(".env"));
    removePrivateDirectory(directory);
  });
  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), "onebox-keys-"));
  });
  afterEach(() => rmSync(clone, { recursive: true }));
  const take = (values = env) => withOwnKeys(shipped, values, { root: clone, name: "shop" });

  it("are a clone's own, kept, and for nobody else to read", () => {
    expect(isShipped(env.DEPLOY_KEY ?? "")).to.equal(true);
    const keys = take();
    expect(keys.deployKey).to.match(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/);
    expect(keys.hostCaKey).not.to.equal(keys.deployKey);
    expect(take()).to.deep.equal(keys);
    const file = join(clone, ".onebox/cloud/keys/DEPLOY_KEY");
    expect(readFileSync(file, "utf8")).to.equal(keys.deployKey);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(statSync(dirname(file)).mode & 0o777).to.equal(0o700);
  });

  it("stay those that its server was made with", () => {
    mkdirSync(join(clone, ".onebox/state/shop"), { recursive: true });
    writeFileSync(join(clone, ".onebox/state/shop/server.tfstate"), "{}");
    expect(take()).to.deep.equal(shipped);
  });

  it("are those of .env where that has its own", () => {
    expect(take({ DEPLOY_KEY: "mine", HOST_CA_KEY: "mine" })).to.deep.equal(shipped);
  });
});
