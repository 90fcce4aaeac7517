import { expect } from "chai";
import { ConfigError, readConfig } from "../config.ts";
import { run } from "./process.ts";

const DATABASE_URL = "postgres://app:secret@db:5432/app";

describe("the configuration", () => {
  it("needs a database only", () => {
    const config = readConfig({ DATABASE_URL, LOG_LEVEL: "" });
    expect(config).to.include({ databaseUrl: DATABASE_URL, port: 3000, logLevel: "info" });
  });

  it("takes what is set", () => {
    const config = readConfig({ DATABASE_URL, PORT: "8080", SHUTDOWN_DELAY_MS: "0" });
    expect(config).to.include({ port: 8080, shutdownDelay: 0 });
  });

  it("leaves requests the time that Onebox gives them, half a second less than until it is killed", () => {
    const timeout = (set: object) => readConfig({ DATABASE_URL, ...set }).shutdownTimeout;
    expect(timeout({})).to.equal(29_000);
    expect(timeout({ ONEBOX_REQUESTS_SECONDS: "150", SHUTDOWN_DELAY_MS: "0" })).to.equal(149_500);
    expect(timeout({ ONEBOX_REQUESTS_SECONDS: "1", SHUTDOWN_DELAY_MS: "900" })).to.equal(0);
    expect(timeout({ ONEBOX_REQUESTS_SECONDS: "150", SHUTDOWN_TIMEOUT_MS: "7" })).to.equal(7);
  });

  for (const [name, value] of [
    ["DATABASE_URL", "mysql://app@db/app"],
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "1e3"],
    ["LOG_LEVEL", "loud"],
    ["SHUTDOWN_TIMEOUT_MS", "soon"],
  ] as const) {
    it(`refuses ${name}=${value}`, () => {
      const read = () => readConfig({ DATABASE_URL, [name]: value });
      expect(read)
        .to.throw(ConfigError, new RegExp(`^${name} must be `))
        .with.property("problems")
        .length(1);
    });
  }

  for (const program of ["main.ts", "migrate.ts", "seed.ts"]) {
    it(`ends ${program} with every problem and no value`, async () => {
      const wrong = { DATABASE_URL: "canary", PORT: "canary", LOG_LEVEL: "canary" };
      const { ended, output } = run(program, wrong);
      expect(await ended).to.equal(1);
      const lines = output().trim().split("\n");
      expect(lines.map((line) => line.split(" ")[1])).to.deep.equal(Object.keys(wrong));
      expect(output()).to.not.include("canary");
    });
  }
});
