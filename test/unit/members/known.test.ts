import { expect } from "chai";
import { releaseKeysLeft, whatToRotate } from "../../../cli/members/known.ts";

describe("what a removed member knows", () => {
  it("is exchanged by the command that does it, and the rest where it comes from", () => {
    const lines = whatToRotate({
      ".env": ["HCLOUD_TOKEN", "REGISTRY_PULL_USER", "REGISTRY_PULL_TOKEN", "DEPLOY_KEY"],
      ".env.stage": ["POSTGRES_PASSWORD", "DATABASE_URL", "MAIL_KEY"],
      ".env.prod": ["DATABASE_URL"],
      ".env.preview": ["DATABASE_URL"],
    });
    expect(lines).to.deep.equal([
      "scripts/rotate.sh all    # DEPLOY_KEY, POSTGRES_PASSWORD, DATABASE_URL",
      "scripts/rotate.sh registry    # REGISTRY_PULL_TOKEN: make the new one at the registry first",
      "scripts/secrets.sh edit .env    # HCLOUD_TOKEN: made anew where they come from",
      "scripts/secrets.sh edit .env.stage    # MAIL_KEY: made anew where they come from",
      "scripts/secrets.sh edit .env.preview    # DATABASE_URL: made anew where they come from",
    ]);
  });

  it("is not exchanged where the backups would be lost by it", () => {
    expect(whatToRotate({ ".env": ["BACKUP_ACCESS_KEY", "BACKUP_KEY"] })).to.deep.equal([
      "scripts/secrets.sh edit .env    # BACKUP_ACCESS_KEY: made anew where they come from",
      "# BACKUP_KEY stays: nothing that is stored could be read with another one",
    ]);
  });

  it("is nothing where they could read nothing", () => {
    expect(whatToRotate({ ".env": [], ".env.stage": [] })).to.deep.equal([]);
  });
});

describe("the release keys of a removed member", () => {
  const fix = "remove the line of each key that they have, commit, then scripts/deploy.sh stage";
  const theirs = "config/release-keys still lets in their key bob@example.com";
  const others = (names: string) =>
    `config/release-keys lets in others, whose private half they may have: ${names}`;
  const cases: [string, string, string[], string[]][] = [
    ["theirs", "Bob <bob@example.com>", ["bob@example.com"], [theirs, fix]],
    [
      "theirs and others",
      "<Bob@example.com>",
      ["ci", "bob@example.com", "main"],
      [theirs, others("ci, main"), fix],
    ],
    [
      "somebody else's with a longer name",
      "Bob <bob@example.com>",
      ["jacbob@example.com"],
      [others("jacbob@example.com"), fix],
    ],
    [
      "theirs, by a key without a name but an email",
      "bob@example.com",
      ["bob@example.com"],
      [theirs, fix],
    ],
    ["none", "Bob <bob@example.com>", [], []],
  ];
  for (const [what, member, names, lines] of cases) {
    it(`are told of: ${what}`, () => {
      const keys = names.map((name) => ({ name }));
      expect(releaseKeysLeft(member, keys)).to.deep.equal(lines);
    });
  }
});
