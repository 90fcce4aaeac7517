import type { DataVariables } from "../release/data-login.ts";
import type { EnvEntry } from "./read.ts";

/** The services of docker-compose.yml that run the app's image. */
const apps = ["blue", "green", "migrate"];

/**
 * Renders an environment's variables as a compose file, to be merged over docker-compose.yml: the app and its
 * migrations get all of them, exactly, and the database its password. Nothing of it reaches compose itself.
 *
 * @param data what the app and its migrations get in their place, where the app does not own its database
 */
export function renderAppEnvironment(
  entries: EnvEntry[],
  database: boolean,
  data?: DataVariables,
): string {
  const all = literal(entries);
  const environment = data === undefined ? all : literal(data.app);
  const services: Record<string, object> = Object.fromEntries(
    apps.map((service) => [service, { environment }]),
  );
  if (data !== undefined)
    services.migrate = { environment: { ...environment, ...data.migrations } };
  if (database) {
    const { POSTGRES_PASSWORD = "" } = all;
    services.database = { environment: { POSTGRES_PASSWORD } };
  }
  return `${asYaml({ services })}\n`;
}

/** As compose leaves it alone. */
function literal(entries: EnvEntry[]): Record<string, string> {
  return Object.fromEntries(entries.map(({ key, value }) => [key, value.replaceAll("$", "$$$$")]));
}

/** JSON that a YAML parser reads as the same: YAML takes some characters for line breaks, and forbids others. */
function asYaml(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\ud7ff\ue000-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
