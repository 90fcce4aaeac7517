import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ConfigError, checkConfig } from "./check.ts";
import { firstLine } from "./error.ts";
import { lookAt } from "./look.ts";
import type { Config } from "./schema.ts";

/** The repository's top directory. */
export const root: string = dirname(dirname(fileURLToPath(import.meta.url)));

/** The configuration's file: the one that ONEBOX_CONFIG names, else onebox.config.ts. */
export function configFile(): string {
  return resolve(process.env.ONEBOX_CONFIG || `${root}/onebox.config.ts`);
}

/**
 * Loads and checks the configuration.
 *
 * @throws ConfigError with every problem at once
 */
export async function loadConfig(file: string = configFile()): Promise<Config> {
  const found = lookAt(file);
  if (typeof found === "string") throw new ConfigError([`${file}: cannot be read: ${found}`]);
  if (found === undefined) throw new ConfigError([`${file}: no such file`]);
  if (!found.isFile()) throw new ConfigError([`${file}: is no file`]); // a pipe would be waited for
  const module = await importConfig(file);
  if (module.default === undefined) {
    throw new ConfigError([
      `${file}: has no default export; write: export default defineConfig({ … })`,
    ]);
  }
  if (module.default instanceof Promise) {
    module.default.catch(() => {}); // it is not waited for
    throw new ConfigError([
      `${file}: its default export is a promise; write: export default await`,
    ]);
  }
  return checkConfig(module.default, root);
}

async function importConfig(file: string): Promise<{ default?: unknown }> {
  try {
    return (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (cause) {
    const found = cause instanceof SyntaxError || cause instanceof ReferenceError || codeOf(cause);
    const problem = found ? "cannot be read as TypeScript" : "threw an error";
    throw new ConfigError([`${file}: ${problem}: ${firstLine(cause)}`]);
  }
}

/** Node's own errors have one, such as ERR_MODULE_NOT_FOUND. */
const codeOf = (cause: unknown): unknown => (cause as NodeJS.ErrnoException | null)?.code;
