import { existsSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { ConfigError } from "../config/check.ts";
import { type Cloud, resolveCloud } from "../config/cloud.ts";
import { hostsOf } from "../config/hosts.ts";
import { loadConfig } from "../config/load.ts";
import { zonesOf } from "../config/records.ts";
import type { Config, EnvironmentName } from "../config/schema.ts";
import { ProblemsError } from "./errors.ts";

/** The checked configuration, and the cloud that it names. */
export interface Project {
  config: Config;
  cloud: Cloud;
}

/**
 * Loads the configuration.
 *
 * @throws ProblemsError with every problem at once
 */
export async function loadProject(root: string, file: string): Promise<Project> {
  try {
    const config = await loadConfig(file);
    return { config, cloud: resolveCloud(config, root) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const inside = relative(root, file);
    const name = inside.startsWith("..") ? file : inside;
    throw new ProblemsError(
      error.problems.map((text) => (isAbsolute(text) ? text : `${name}: ${text}`)),
    );
  }
}

/** Whether nothing can have been deployed: the state would lie in this clone, and there is none. */
export function isUntouched({ config, cloud }: Project, root: string): boolean {
  const { state } = cloud;
  return (
    state.kind === "local" &&
    !existsSync(join(root, state.directory, config.name, "server.tfstate"))
  );
}

/** http or https. */
export function schemeOf({ config }: Project): "http" | "https" {
  return config.https === undefined ? "http" : "https";
}

/** Every host name that an environment's app answers for, the one that scripts ask first. */
export function hostNames(
  { config, cloud }: Project,
  environment: EnvironmentName,
): [string, ...string[]] {
  const { own, all } = hostsOf(config, cloud.domain, environment);
  return [own, ...all.filter((host) => host !== own)];
}

/** Whether the hosts' records lie in zones of ours. */
export function keepsZones({ config, cloud }: Project): boolean {
  return config.dns !== undefined && zonesOf(config, cloud).length > 0;
}
