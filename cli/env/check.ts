import { ConfigError } from "../../config/check.ts";
import { deployKeys } from "../../config/deploy-keys.ts";
import { nearest } from "../../config/nearest.ts";
import { type EnvEntry, type EnvProblem, looksLikeKey, readEnv } from "./read.ts";

/** Linux gives a process no variable that is longer, "KEY=" and the NUL at its end included. */
const LONGEST = 128 * 1024;
/** Linux takes 2 MiB for all of a process's variables and arguments: the app's own image has some too. */
const LARGEST = 1024 * 1024;

/**
 * Reads .env, which holds Onebox's own keys, those of app.buildSecrets, and no others.
 *
 * @throws ConfigError naming each line that cannot be used, never a value
 */
export function readDeployEnv(
  source: string | Uint8Array,
  buildSecrets: readonly string[] = [],
): Record<string, string> {
  const known = [...deployKeys, ...buildSecrets];
  const entries = readOrThrow(".env", source, (entries) => unknownKeys(entries, known));
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}

/** Whose variables an env file holds. */
interface AppEnvOwner {
  /** stage, prod or preview. */
  environment: string;
  /** Whether Onebox gives it a database. */
  database: boolean;
}

/**
 * Reads an environment's env file: what its app gets.
 *
 * @throws ConfigError naming each line that cannot be used, never a value
 */
export function readAppEnv(source: string | Uint8Array, owner: AppEnvOwner): EnvEntry[] {
  return readOrThrow(`.env.${owner.environment}`, source, (entries) => [
    ...reservedKeys(entries, owner),
    ...tooLong(entries),
  ]);
}

function readOrThrow(
  name: string,
  source: string | Uint8Array,
  check: (entries: EnvEntry[]) => EnvProblem[],
): EnvEntry[] {
  const { entries, problems } = readEnv(source);
  const all = [...problems, ...check(entries)].sort((a, b) => a.line - b.line);
  if (all.length > 0) {
    throw new ConfigError(all.map(({ line, message }) => `${name}: line ${line}: ${message}`));
  }
  return entries;
}

function unknownKeys(entries: EnvEntry[], known: readonly string[]): EnvProblem[] {
  return entries
    .filter(({ key }) => !known.includes(key))
    .map(({ key, line }) => {
      const meant = nearest(key, known);
      const fix = meant
        ? `did you mean ${meant}?`
        : "remove it; .env.example names all, what the app gets belongs in .env.stage and .env.prod, what its build gets in app.buildSecrets";
      const name = meant || looksLikeKey(key) ? key : "this";
      return { line, message: `${name} is no key of .env; ${fix}` };
    });
}

/** What Onebox sets in the app's container itself. */
function reservedKeys(entries: EnvEntry[], owner: AppEnvOwner): EnvProblem[] {
  return entries.flatMap(({ key, line }) => {
    const why = reserved(key, owner);
    return why === undefined ? [] : [{ line, message: `${key} ${why}; remove the line` }];
  });
}

function reserved(key: string, { environment, database }: AppEnvOwner): string | undefined {
  if (key.startsWith("ONEBOX_")) return "is set by Onebox, as all names with ONEBOX_ are";
  if (key === "PORT") return "is set by Onebox, to app.port of onebox.config.ts";
  if (environment === "preview" && database && key === "DATABASE_URL") {
    return "is made by the VM for each preview";
  }
  return undefined;
}

function tooLong(entries: EnvEntry[]): EnvProblem[] {
  const sized = entries.map(({ key, value, line }) => ({
    ...{ key, line },
    bytes: Buffer.byteLength(`${key}=${value}`) + 1,
  }));
  const problems = sized
    .filter(({ bytes }) => bytes > LONGEST)
    .map(({ key, line, bytes }) => ({
      line,
      message: `${key} takes ${bytes} bytes, and Linux gives a process no variable above ${LONGEST}`,
    }));
  const all = sized.reduce((sum, { bytes }) => sum + bytes, 0);
  if (all > LARGEST && problems.length === 0) {
    const message = `all variables together take ${all} bytes, and ${LARGEST} is the most`;
    problems.push({ line: entries.at(-1)?.line ?? 1, message });
  }
  return problems;
}
