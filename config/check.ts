import { existsSync } from "node:fs";
import { join } from "node:path";
import { localDomain } from "./cloud.ts";
import { claimsOf } from "./hosts.ts";
import { liesIn } from "./records.ts";
import { type Config, configSchema } from "./schema.ts";

/** A configuration that cannot be used; `problems` names every field that is wrong, one line each. */
export class ConfigError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/**
 * Checks a configuration as a whole: the shape of each field, then what contradicts what.
 *
 * @param root the directory that `context` and `dockerfile` are relative to
 * @throws ConfigError with every problem at once
 */
export function checkConfig(input: unknown, root: string): Config {
  const parsed = configSchema.safeParse(input);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => `${issue.path.join(".") || "config"}: ${message(issue)}`),
    );
  }
  const problems = contradictions(parsed.data, root);
  if (problems.length > 0) throw new ConfigError(problems);
  return parsed.data;
}

function message(issue: { code: string; message: string; keys?: string[] }): string {
  if (issue.code === "unrecognized_keys") return `unknown field ${issue.keys?.join(", ")}`;
  return issue.message.replace(/^Invalid input: /, "");
}

function contradictions(config: Config, root: string): string[] {
  const problems: string[] = [];
  const { app, server } = config;
  problems.push(...takenTwice(config), ...misledRoutes(config), ...strayZones(config));
  if (app.migrate.length > 0 && !app.database) {
    problems.push("app.migrate: names a command although app.database is false");
  }
  for (const field of ["context", "dockerfile"] as const) {
    if (!existsSync(join(root, app[field])))
      problems.push(`app.${field}: ${app[field]} does not exist`);
  }
  if (config.cloud === "hetzner" && config.hetzner.domain.endsWith("example.com")) {
    problems.push("hetzner.domain: is still the example; put your own domain there");
  }
  if (
    config.cloud === "hetzner" &&
    config.registry === "repository" &&
    config.hetzner.repository.startsWith("ghcr.io/you/")
  ) {
    problems.push("hetzner.repository: is still the example; put your own image repository there");
  }
  if (/^cax/.test(server.type) && ["ash", "hil", "sin"].includes(server.location)) {
    problems.push(`server.type: ${server.type} (arm) is not offered in ${server.location}`);
  }
  return problems;
}

/** Hosts that two fields ask for, below either cloud's domain: a rehearsal finds what Hetzner would. */
function takenTwice(config: Config): string[] {
  const problems = new Map<string, string>();
  const domains = [localDomain(config), config.hetzner.domain];
  for (const domain of config.cloud === "local" ? domains : domains.reverse()) {
    const taken = new Map<string, string>();
    for (const { field, host } of claimsOf(config, domain)) {
      const first = taken.get(host);
      if (first === undefined) taken.set(host, field);
      else if (!problems.has(`${field} ${first}`))
        problems.set(`${field} ${first}`, `${field}: asks for ${host}, as ${first} does`);
    }
  }
  return [...problems.values()];
}

/** Routes that could not work, or that would take away what the app is asked by. */
function misledRoutes({ app, environments }: Config): string[] {
  return Object.entries(environments).flatMap(([environment, { routes }]) =>
    routes.flatMap(({ path, port }, index) => {
      const field = `environments.${environment}.routes.${index}`;
      const problems: string[] = [];
      const first = routes.findIndex((route) => route.path === path);
      if (first < index) problems.push(`${field}.path: is ${path}, as routes.${first}'s is`);
      if (port === app.port) problems.push(`${field}.port: is app.port, where every path leads`);
      for (const asked of ["readiness", "version"] as const) {
        if (`${app[asked]}/`.startsWith(`${path}/`))
          problems.push(`${field}.path: takes app.${asked} (${app[asked]}) away from app.port`);
      }
      return problems;
    }),
  );
}

/** Zones that hold none of the hosts, or a domain outside its own zone: a name is misspelt. */
function strayZones(config: Config): string[] {
  const { domain, zone = domain } = config.hetzner;
  const hosts = claimsOf(config, domain).map(({ host }) => host);
  const problems = (config.dns?.zones ?? []).flatMap((name, index) =>
    hosts.some((host) => liesIn(host, name === "" ? zone : name))
      ? []
      : [`dns.zones.${index}: none of the hosts lies in ${name === "" ? zone : name}`],
  );
  return liesIn(domain, zone)
    ? problems
    : [`hetzner.zone: is ${zone}, which ${domain} does not lie in`, ...problems];
}
