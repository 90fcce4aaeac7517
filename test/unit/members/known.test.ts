import { expect } from "chai";
import { whatToRotate } from "../../../cli/members/known.ts";

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
