import { expect } from "chai";
import { renderAppEnvironment } from "../../../cli/env/compose.ts";
import { dataLogin, dataVariables, loginOf } from "../../../cli/release/data-login.ts";
import { checkConfig } from "../../../config/check.ts";
import { root } from "../../../config/load.ts";
import { configWith } from "../../fixtures/valid-config.ts";
import { problemsOf } from "../../support/problems.ts";

const entry = (key: string, value: string, line = 1) => ({ key, value, line });
const url = entry("DATABASE_URL", "postgres://app:own3r@db:5432/app?sslmode=disable");
const { app } = checkConfig(configWith({}), root);

describe("an app that does not own its database", () => {
  const variables = [entry("POSTGRES_PASSWORD", "own3r"), url, entry("A", "$1")];
  const services = (of = app) => {
    const data = dataVariables(of, ".env.stage", variables);
    return JSON.parse(renderAppEnvironment(variables, true, data)).services;
  };

  it("gets a login of its own, and nothing by which its owner logs in", () => {
    const { blue, green, database } = services();
    const { DATABASE_URL, ...others } = blue.environment;
    expect(others).to.deep.equal({ A: "$$1" });
    expect(DATABASE_URL).to.match(
      /^postgres:\/\/app_[0-9a-f]{8}:[\w-]{43}@db:5432\/app\?sslmode=disable$/,
    );
    expect(green).to.deep.equal(blue);
    expect(database.environment.POSTGRES_PASSWORD).to.equal("own3r");
    expect(JSON.stringify([blue, green])).not.to.include("own3r");
  });

  it("has migrations that log in by what the VM makes for each run", () => {
    expect(services().migrate.environment).to.deep.equal({
      DATABASE_URL: `postgres://onebox_migrate:\${ONEBOX_MIGRATE_PASSWORD:-}@db:5432/app?sslmode=disable`,
      A: "$$1",
    });
  });

  it("has the same login in each release, and another one for another password", () => {
    const login = { name: "app", password: "own3r" };
    expect(loginOf(app, [url])).to.deep.equal(dataLogin(login));
    expect(dataLogin({ ...login, password: "other" }).name).not.to.equal(dataLogin(login).name);
  });

  it("is none that has no migrations, is told to own it, or logs in as somebody else", () => {
    const owner = { ...app, database: "owner" as const };
    for (const settings of [owner, { ...app, migrate: [] }, { ...app, database: false }]) {
      expect(dataVariables(settings, ".env.stage", variables)).to.equal(undefined);
      expect(loginOf(settings, [url])?.name).to.equal("app");
    }
    const bob = [entry("DATABASE_URL", "postgres://bob:own3r@elsewhere/app")];
    expect(dataVariables(app, ".env.stage", bob)).to.equal(undefined);
  });

  it("is refused where it would get its owner's password by another name", () => {
    for (const value of ["own3r", "postgres://app:own3r@db/app"]) {
      const check = () =>
        dataVariables(app, ".env.prod", [...variables, entry("PGPASSWORD", value, 7)]);
      const [problem] = problemsOf(check);
      expect(problem).to.match(/^\.env\.prod: line 7: PGPASSWORD holds the database's password/);
      expect(problem).not.to.include("own3r");
    }
  });
});
