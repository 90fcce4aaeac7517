import { expect } from "chai";
import { readAppEnv, readDeployEnv } from "../../../cli/env/check.ts";
import { deployKeys } from "../../../config/deploy-keys.ts";
import { nearest } from "../../../config/nearest.ts";
import { problemsOf } from "../../support/problems.ts";

const stage = { environment: "stage", database: true };

describe(".env", () => {
  it("takes every key of Onebox's", () => {
    const read = readDeployEnv(deployKeys.map((key) => `${key}='of ${key}'\n`).join(""));
    expect(Object.keys(read)).to.have.members([...deployKeys]);
    expect(read.HASH_SALT).to.equal("of HASH_SALT");
  });

  it("refuses any other by its line, and says which was meant", () => {
    const text = "HASH_SALT=secret\nHCLOUD_TOKN=secret\nregistry_user=secret\nSENTRY_DSN=secret\n";
    expect(problemsOf(() => readDeployEnv(text))).to.deep.equal([
      ".env: line 2: HCLOUD_TOKN is no key of .env; did you mean HCLOUD_TOKEN?",
      ".env: line 3: registry_user is no key of .env; did you mean REGISTRY_USER?",
      ".env: line 4: SENTRY_DSN is no key of .env; remove it; .env.example names all, what the app gets belongs in .env.stage and .env.prod, what its build gets in app.buildSecrets",
    ]);
  });

  it("is refused for its grammar with the same words", () => {
    expect(problemsOf(() => readDeployEnv("HASH_SALT=1\nDNS_TOKEN"))).to.deep.equal([
      ".env: line 2: DNS_TOKEN has no value; write DNS_TOKEN= for an empty one",
    ]);
  });
});

describe("an environment's env file", () => {
  it("may hold names that mean something to Docker, to a shell or to Onebox's own .env", () => {
    const names = [
      ...["COMPOSE_PROJECT_NAME", "COMPOSE_FILE", "COMPOSE_PROFILES", "DOCKER_HOST", "PATH"],
      ...["LD_PRELOAD", "BASH_ENV", "HOME", "POSTGRES_USER", "HCLOUD_TOKEN", "__proto__"],
    ];
    const entries = readAppEnv(names.map((name) => `${name}=x\n`).join(""), stage);
    expect(entries.map(({ key }) => key)).to.deep.equal(names);
  });

  it("may not hold what Onebox sets itself", () => {
    const text = "A=1\nONEBOX_ENVIRONMENT=prod\nexport ONEBOX_IMAGE=x\nPORT=80\n";
    expect(problemsOf(() => readAppEnv(text, stage))).to.deep.equal([
      ".env.stage: line 2: ONEBOX_ENVIRONMENT is set by Onebox, as all names with ONEBOX_ are; remove the line",
      ".env.stage: line 3: ONEBOX_IMAGE is set by Onebox, as all names with ONEBOX_ are; remove the line",
      ".env.stage: line 4: PORT is set by Onebox, to app.port of onebox.config.ts; remove the line",
    ]);
  });

  it("may not hold a preview's database, unless the app has one elsewhere", () => {
    const text = "DATABASE_URL=postgres://elsewhere\n";
    const problems = (database: boolean) =>
      problemsOf(() => readAppEnv(text, { environment: "preview", database }));
    expect(problems(false)).to.deep.equal([]);
    expect(problems(true)).to.deep.equal([
      ".env.preview: line 1: DATABASE_URL is made by the VM for each preview; remove the line",
    ]);
  });

  it("may not hold more than Linux gives a process", () => {
    const long = (bytes: number) => `\n\nK=${"x".repeat(bytes - 3)}\n`; // with "K=" and a NUL
    expect(problemsOf(() => readAppEnv(long(131_072), stage))).to.deep.equal([]);
    expect(problemsOf(() => readAppEnv(long(131_073), stage))[0]).to.match(
      /^\.env\.stage: line 3: K takes 131073 bytes, /,
    );
    const many = Array.from({ length: 11 }, (_, index) => `K${index}=${"x".repeat(100_000)}`);
    expect(problemsOf(() => readAppEnv(many.join("\n"), stage))[0]).to.match(
      /^\.env\.stage: line 11: all variables together take 11000\d\d bytes, /,
    );
  });
});

describe("the nearest word", () => {
  it("is close to what was typed, or there is none", () => {
    const words = ["stage", "prod"];
    expect(nearest("stgae", words)).to.equal("stage");
    expect(nearest("STAGE", words)).to.equal("stage");
    expect(nearest("production", words)).to.equal(undefined);
    expect(nearest("x".repeat(100_000), words)).to.equal(undefined);
    expect(nearest("stage", [])).to.equal(undefined);
    for (const typed of ["", "-", "--", "at", "xy"])
      expect(nearest(typed, ["db", "up"])).to.equal(undefined);
    expect(nearest("upp", ["db", "up"])).to.equal("up");
  });
});
