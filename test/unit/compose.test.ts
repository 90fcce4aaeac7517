import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { root } from "../../config/load.ts";

type Service = Record<string, unknown>;

/** What a compose file says of each of its services. */
function servicesOf(file: string): Record<string, Service> {
  const text = readFileSync(join(root, file), "utf8").replaceAll("!override", ""); // compose's own
  const { services } = load(text) as {
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

    it(`${name}: is worth as much to the VM as its environment`, () => {
      const { cpu_shares, oom_score_adj } = servicesOf("docker-compose.yml")[name] ?? {};
      expect([cpu_shares, oom_score_adj].join()).to.match(/ONEBOX_CPU_SHARES.*ONEBOX_OOM_SCORE/);
    });
  }

  it("the previews' database: is worth less to the VM than whatever is stage's or prod's", () => {
    const { oom_score_adj } = servicesOf("host/previews/compose.yml").database ?? {};
    expect(oom_score_adj).to.be.within(601, 999); // stage has 600, a preview 1000
  });

  const closed = { read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] };
  for (const [file, name] of [
    ...["blue", "green", "migrate", "database"].map(
      (name) => ["docker-compose.yml", name] as const,
    ),
    ["traefik/compose.yml", "traefik"] as const,
    ["webhook/compose.yml", "webhook"] as const,
  ]) {
    it(`${name}: can do no more than it has to, and has an end to its processes and its memory`, () => {
      const service = servicesOf(file)[name] ?? {};
      expect(service).to.deep.include(closed);
      expect(service).to.include.keys("pids_limit", "mem_limit");
    });
  }

  it("traefik: leaves some of the VM's processors to others", () => {
    expect(servicesOf("traefik/compose.yml").traefik).to.include.keys("cpus");
  });
});
