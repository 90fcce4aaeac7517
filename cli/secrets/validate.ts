import { ConfigError } from "../../config/check.ts";
import type { Config } from "../../config/schema.ts";
import { checkAppSecrets, checkDeploySecrets } from "../../config/secrets.ts";
import { readAppEnv, readDeployEnv } from "../env/check.ts";
import { type EnvEntry, readEnv } from "../env/read.ts";

/** The files of Onebox's own; git-secret may keep others too, of which nothing is known. */
export const envFiles = [".env", ".env.stage", ".env.prod", ".env.preview"];

/** Checks what a file holds, as a deploy does. Each problem names the file, the line or the key, and never a value. */
export function problemsIn(name: string, plain: Uint8Array, config: Config): string[] {
  if (!envFiles.includes(name)) return [];
  try {
    if (name === ".env") {
      checkDeploySecrets(readDeployEnv(plain, config.app.buildSecrets), config);
    } else {
      const environment = name.slice(".env.".length);
      const entries = readAppEnv(plain, { environment, database: config.app.database !== false });
      checkAppSecrets(valuesOf(entries), config, environment);
    }
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** The names in a file that is none of Onebox's own, or is one with problems, as far as there are any. */
export function namesIn(plain: Uint8Array): string[] {
  return readEnv(plain).entries.map(({ key }) => key);
}

function valuesOf(entries: EnvEntry[]): Record<string, string> {
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}
