import type { EnvEntry } from "./read.ts";

/** The services of docker-compose.yml that run the app's image. */
const apps = ["blue", "green", "migrate"];

/**
 * Renders an environment's variables as a compose file, to be merged over docker-compose.yml: the app and its
 * migrations get all of them, exactly, and the database its password. Nothing of it reaches compose itself.
 */
export function renderAppEnvironment(entries: EnvEntry[], database: boolean): string {
  const environment = Object.fromEntries(
    entries.map(({ key, value }) => [key, value.replaceAll("$", "$$$$")]),
  );
  const services: Record<string, object> = Object.fromEntries(
    apps.map((service) => [service, { environment }]),
  );
  if (database) {
    const { POSTGRES_PASSWORD = "" } = environment;
    services.database = { environment: { POSTGRES_PASSWORD } };
  }
  return `${asYaml({ services })}\n`;
}

/** JSON that a YAML parser reads as the same: YAML takes some characters for line breaks, and forbids others. */
function asYaml(value: object): string {
  return JSON.stringify(value).replace(
    /[\u007f-\ud7ff\ue000-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
