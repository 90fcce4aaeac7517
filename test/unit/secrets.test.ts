import { expect } from "chai";
import { checkConfig } from "../../config/check.ts";
import { root } from "../../config/load.ts";
import { checkAppSecrets, checkDeploySecrets } from "../../config/secrets.ts";
import hetzner from "../fixtures/hetzner.config.ts";
import { configWith } from "../fixtures/valid-config.ts";
import { problemsOf } from "../support/problems.ts";

const local = checkConfig(configWith({}), root);
const key = Buffer.from("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n").toString("base64");
const complete = { DEPLOY_KEY: key, HOST_CA_KEY: key, HASH_SALT: "s".repeat(32) };

describe("the deploy secrets", () => {
  it("need no token for the local cloud", () => {
    expect(problemsOf(() => checkDeploySecrets(complete, local))).to.deep.equal([]);
  });

  it("need token and state keys for Hetzner", () => {
    const config = checkConfig(hetzner, root);
    expect(problemsOf(() => checkDeploySecrets(complete, config))).to.deep.equal([
      ".env: HCLOUD_TOKEN is missing",
      ".env: STATE_ACCESS_KEY is missing",
      ".env: STATE_SECRET_KEY is missing",
    ]);
  });

  it("need the zones' token for the previews' certificate, and only for that", () => {
    const withPreviews = (previews: boolean) =>
      checkConfig(
        { ...hetzner, https: { email: "ops@onebox.test" }, dns: { zones: [""], previews } },
        root,
      );
    const problems = (previews: boolean) =>
      problemsOf(() => checkDeploySecrets(complete, withPreviews(previews))).filter((line) =>
        line.includes("DNS_TOKEN"),
      );
    expect(problems(false)).to.deep.equal([]);
    expect(problems(true)).to.deep.equal([
      ".env: DNS_TOKEN is missing: the previews' certificate is ordered with it (docs/https.md)",
    ]);
  });

  it("name every bad key at once and never a value", () => {
    const env = {
      DEPLOY_KEY: "canary",
      HASH_SALT: "canary",
      HCLOUD_TOKEN: "canary",
      REGISTRY_USER: "canary",
      REGISTRY_PULL_TOKEN: "canary",
    };
    const problems = problemsOf(() => checkDeploySecrets(env, local));
    expect(problems.map((line) => line.split(" ")[1])).to.deep.equal([
      "HCLOUD_TOKEN",
      "HASH_SALT",
      "DEPLOY_KEY",
      "HOST_CA_KEY",
      "REGISTRY_PASSWORD",
      "REGISTRY_PULL_USER",
    ]);
    expect(problems.join()).not.to.include("canary");
  });
});

describe("an environment's secrets", () => {
  it("must hold what the configuration asks for, and the database's password", () => {
    expect(problemsOf(() => checkAppSecrets({ DATABASE_URL: "" }, local, "stage"))).to.deep.equal([
      ".env.stage: DATABASE_URL is missing",
      ".env.stage: POSTGRES_PASSWORD is missing",
    ]);
  });

  it("may be empty for an app without secrets and database", () => {
    const app = { ...local.app, database: false, migrate: [], migrations: "", secrets: [] };
    expect(problemsOf(() => checkAppSecrets({}, { ...local, app }, "stage"))).to.deep.equal([]);
  });
});
