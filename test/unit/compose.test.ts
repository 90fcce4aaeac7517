import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { root } from "../../config/load.ts";

type Service = Record<string, unknown>;

/** What a compose file says of each of its services. */
function servicesOf(file: string): Record<string, Service> {
  const { services } = load(readFileSync(join(root, file), "utf8")) as {
    services: Record<string, Service>;
  };
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => [name, merged(service)]),
  );
}

/** YAML's merge key, which js-yaml leaves as it is. */
function merged({ "<<": below, ...own }: Service): Service {
  return below === undefined ? own : { ...merged(below as Service), ...own };
}

describe("the containers", () => {
  for (const name of ["blue", "green", "migrate"]) {
    it(`${name}: ends what the app leaves behind of the programs that it starts`, () => {
      expect(servicesOf("docker-compose.yml")[name]).to.include({ init: true });
    });
  }
});
