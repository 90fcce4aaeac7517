import { expect } from "chai";
import { load } from "js-yaml";
import { renderAppEnvironment } from "../../../cli/env/compose.ts";
import { hostileText, seeded } from "../../fixtures/env/random.ts";

const entry = (key: string, value: string) => ({ key, value, line: 1 });

/** What compose does to a value: "$$" is a "$", and any other "$" would be a variable. */
function interpolated(value: string): string {
  return value.replace(/\$(.?)/gs, (_, next: string) => {
    if (next !== "$") throw new Error(`compose would look for a variable in ${value}`);
    return "$";
  });
}

describe("the compose file of an environment's variables", () => {
  const entries = [entry("POSTGRES_PASSWORD", "p$w"), entry("A", "1"), entry("__proto__", "2")];

  it("gives them to the app and its migrations, and the database nothing but its password", () => {
    const { services } = JSON.parse(renderAppEnvironment(entries, true));
    expect(Object.keys(services)).to.deep.equal(["blue", "green", "migrate", "database"]);
    for (const service of ["blue", "green", "migrate"]) {
      expect(Object.entries(services[service].environment)).to.deep.equal([
        ["POSTGRES_PASSWORD", "p$$w"],
        ["A", "1"],
        ["__proto__", "2"],
      ]);
    }
    expect(services.database).to.deep.equal({ environment: { POSTGRES_PASSWORD: "p$$w" } });
  });

  it("says nothing of a database that is not the environment's own", () => {
    expect(JSON.parse(renderAppEnvironment(entries, false)).services).not.to.have.key("database");
  });

  it("is the same to a YAML parser, in ASCII but for what YAML takes as it is", () => {
    for (let seed = 1; seed <= 500; seed += 1) {
      const value = hostileText(seeded(seed), 20);
      const text = renderAppEnvironment([entry("K", value)], false);
      expect(text).to.match(/^(?:[\x20-\x7e]|[\u{10000}-\u{10ffff}])*\n$/u);
      const parsed = load(text) as { services: { blue: { environment: { K: string } } } };
      expect(interpolated(parsed.services.blue.environment.K), `seed ${seed}`).to.equal(value);
    }
  });
});
