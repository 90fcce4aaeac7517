import { join } from "node:path";
import type { z } from "zod";
import { contradictingHosts } from "./check-hosts.ts";
import { uselessVisitors } from "./check-visitors.ts";
import { deployKeys } from "./deploy-keys.ts";
import { ConfigError, firstLine } from "./error.ts";
import { fieldsAt } from "./fields.ts";
import { GRPC_HEALTH } from "./grpc.ts";
import { lookAt } from "./look.ts";
import { nearest } from "./nearest.ts";
import { type Config, configSchema } from "./schema.ts";

export { ConfigError };

/**
 * Checks a configuration as a whole: the shape of each field, then what contradicts what.
 *
 * @param root the directory that `context` and `dockerfile` are relative to
 * @throws ConfigError with every problem at once
 */
export function checkConfig(input: unknown, root: string): Config {
  const parsed = parse(input);
  if (!parsed.success) {
    // Of what is wrong with one field, the last says most: that it is "Too big" for a number comes before its own limit.
    const problems = new Map<string, string>();
    for (const issue of parsed.error.issues.flatMap(meant))
      problems.set(issue.path.join(".") || "config", message(issue));
    throw new ConfigError([...problems].map(([field, problem]) => `${field}: ${problem}`));
  }
  const problems = contradictions(parsed.data, root);
  if (problems.length > 0) throw new ConfigError(problems);
  return inItsCloud(parsed.data);
}

/** Without the backups that are for Hetzner only, where this is the local cloud. */
function inItsCloud(config: Config): Config {
  const none = config.cloud === "local" && config.backups?.local === false;
  return none ? { ...config, backups: undefined } : config;
}

function parse(input: unknown): ReturnType<typeof configSchema.safeParse> {
  try {
    return configSchema.safeParse(input);
  } catch (cause) {
    throw new ConfigError([`config: a field of it threw an error: ${firstLine(cause)}`]); // a getter's
  }
}

/** What is allowed, and a person should know: a line each. */
export function warningsOf(config: Config): string[] {
  if (config.cloud === "local" || config.https !== undefined) return [];
  return [
    "HTTP only: passwords, cookies and all else cross the internet in plain text, and anybody on the way can change " +
      "them. Add an https section to onebox.config.ts (docs/https.md)",
  ];
}

type Issue = z.core.$ZodIssue;

/** The kinds of values, as they are written in the file. */
const kinds: Record<string, string> = {
  ...{ string: "text in quotes", number: "a number", int: "a whole number" },
  ...{ boolean: "true or false", object: "a section in { }", record: "a section in { }" },
  array: "a list in [ ]",
};

/** Of the forms that a field may have, the last one says most, and where: a field of a section has a name of its own. */
function meant(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union" || issue.message !== "Invalid input") return [issue];
  return (issue.errors.at(-1) ?? []).flatMap((inner) =>
    meant({ ...inner, path: [...issue.path, ...inner.path] }),
  );
}

function message(issue: Issue): string {
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? issue.message;
  if (issue.code === "unrecognized_keys") return unknownFields(issue);
  const text = issue.message.replace(/^Invalid input: /, "");
  const [, expected = "", received] = /^expected (\w+), received (\w+)$/.exec(text) ?? [];
  if (received === "undefined") return "is missing";
  return kinds[expected] === undefined ? text : `must be ${kinds[expected]}`;
}

/** Names that the app's container gets from Onebox alone. */
function isSetByOnebox(key: string): boolean {
  return key.startsWith("ONEBOX_") || key === "PORT";
}

/** What the image is built of, and is not there or is something else. */
function missingPaths({ context, dockerfile, migrations }: Config["app"], root: string): string[] {
  const problem = (field: string, path: string, folder: boolean, hint = "") => {
    if (/^\.(git|onebox)(\/|$)/.test(path)) return [`app.${field}: ${path} is in no commit`];
    const found = lookAt(join(root, path));
    if (typeof found === "string") return [`app.${field}: ${path} cannot be read: ${found}`];
    if (found === undefined) return [`app.${field}: ${path} does not exist${hint}`];
    if (found.isDirectory() === folder) return [];
    return [`app.${field}: ${path} is ${folder ? "no folder" : "a folder"}${hint}`];
  };
  return [
    ...problem("context", context, true),
    ...problem("dockerfile", dockerfile, false),
    ...(migrations === "" ? [] : problem("migrations", migrations, true, '; "" is for none')),
  ];
}

/** The fields that were meant, or all that there are. */
function unknownFields({ keys, path }: z.core.$ZodIssueUnrecognizedKeys): string {
  const known = fieldsAt(path);
  const named = keys.map((key) => ({ key, meant: nearest(key, known) }));
  const list = named.map(({ key, meant }) => (meant ? `${key} (did you mean ${meant}?)` : key));
  const all = named.every(({ meant }) => meant) ? "" : `; there is ${known.join(", ")}`;
  return `unknown field ${list.join(", ")}${all}`;
}

/** What is for a database, where there is none: it would never be done. */
function needlessWithoutDatabase({ app, previews, backups }: Config): string[] {
  if (app.database) return [];
  return [
    ...(app.migrate.length > 0
      ? ["app.migrate: names a command although app.database is false"]
      : []),
    ...(previews !== undefined && previews.seed.length > 0
      ? ["previews.seed: names a command although app.database is false"]
      : []),
    ...(backups !== undefined
      ? [
          "backups: there is nothing to back up, as app.database is false: files are only backed up beside a database",
        ]
      : []),
  ];
}

function contradictions(config: Config, root: string): string[] {
  const problems: string[] = [];
  const { app, server } = config;
  problems.push(...contradictingHosts(config));
  problems.push(...needlessWithoutDatabase(config));
  problems.push(...uselessVisitors(config));
  if (app.readiness === GRPC_HEALTH && app.protocol !== "h2c") {
    problems.push(`app.readiness: ${GRPC_HEALTH} is gRPC's, which needs app.protocol "h2c"`);
  }
  for (const key of app.buildSecrets.filter((key) => deployKeys.includes(key))) {
    problems.push(`app.buildSecrets: ${key} is Onebox's own; no image is built with it`);
  }
  for (const key of app.secrets.filter(isSetByOnebox)) {
    problems.push(`app.secrets: ${key} is set by Onebox, so no env file may hold it`);
  }
  problems.push(...missingPaths(app, root));
  if (config.cloud === "hetzner" && config.backups?.bucket === config.hetzner.state.bucket) {
    problems.push(
      "backups.bucket: is hetzner.state.bucket too; backups need a bucket of their own, whose rules keep the VM's login from Terraform's state",
    );
  }
  if (config.cloud === "hetzner" && config.backups?.bucket === "you-onebox-backups") {
    problems.push("backups.bucket: is still the example; put your own bucket's name there");
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
