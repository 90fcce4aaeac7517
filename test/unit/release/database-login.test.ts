import { expect } from "chai";
import {
  databaseLogin,
  renderDatabaseLogin,
  withLogin,
} from "../../../cli/release/database-login.ts";

const entries = (value: string) => [{ key: "DATABASE_URL", value, line: 1 }];
const login = { name: "app_0a1b2c3d", password: "p w/ü" };

describe("an app's login of its database", () => {
  it("is read from DATABASE_URL, and put there", () => {
    const url = withLogin("postgres://app:old@db:5432/app?sslmode=disable", login);
    expect(url).to.equal("postgres://app_0a1b2c3d:p%20w%2F%C3%BC@db:5432/app?sslmode=disable");
    expect(databaseLogin(entries(url))).to.deep.equal(login);
    expect(databaseLogin(entries("postgresql://app:a@db/app"))?.name).to.equal("app");
  });

  it("is none that Onebox would have to guess", () => {
    for (const url of [
      "",
      "db:5432",
      "mysql://app:a@db/app",
      "postgres://bob:a@db/app",
      "postgres://app:%zz@db/app",
    ])
      expect(databaseLogin(entries(url)), url).to.equal(undefined);
    expect(databaseLogin([])).to.equal(undefined);
  });

  it("is brought as what Postgres keeps of a password, the same each time and never the password", () => {
    const url = withLogin("postgres://app:old@db:5432/app", login);
    const line = renderDatabaseLogin(entries(url)) ?? "";
    expect(line).to.match(
      /^app_0a1b2c3d SCRAM-SHA-256\$4096:[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=\n$/,
    );
    expect(renderDatabaseLogin(entries(url))).to.equal(line);
    const other = withLogin(url, { ...login, password: "x" });
    expect(renderDatabaseLogin(entries(other))).to.not.equal(line);
  });

  it("is not brought where it is the one that the database begins with", () => {
    expect(renderDatabaseLogin(entries("postgres://app:a@db:5432/app"))).to.equal(undefined);
  });
});
