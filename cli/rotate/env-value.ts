import { readAppEnv, readDeployEnv } from "../env/check.ts";
import { FailedError } from "../errors.ts";

type Values = Record<string, string>;

/**
 * .env's text with another value of one key; all else stays as it was written.
 *
 * @param value without anything that an env file would read otherwise
 * @param buildSecrets the keys of app.buildSecrets, which .env may hold too
 * @throws FailedError when what comes out is not just that
 */
export function withValue(
  text: string,
  key: string,
  value: string,
  buildSecrets: readonly string[],
): string {
  return exchange(text, { file: ".env", key, value }, (changed) =>
    readDeployEnv(changed, buildSecrets),
  );
}

/** The same of an environment's env file. */
export function withAppValue(
  text: string,
  environment: string,
  key: string,
  value: string,
): string {
  const owner = { environment, database: true };
  return exchange(text, { file: `.env.${environment}`, key, value }, (changed) =>
    Object.fromEntries(readAppEnv(changed, owner).map((entry) => [entry.key, entry.value])),
  );
}

function exchange(
  text: string,
  { file, key, value }: { file: string; key: string; value: string },
  read: (text: string) => Values,
): string {
  const line = new RegExp(`^(?:export[ \\t]+)?${key}[ \\t]*=.*$`, "m");
  const changed = line.test(text)
    ? text.replace(line, () => `${key}=${value}`)
    : `${text.replace(/\n?$/, "\n")}${key}=${value}\n`;
  const wanted = { ...read(text), [key]: value };
  const found = read(changed);
  const keys = Object.keys({ ...wanted, ...found });
  if (keys.every((name) => wanted[name] === found[name])) return changed;
  throw new FailedError(`${file} holds ${key} in a form that is changed by hand only`, {
    next: `scripts/secrets.sh edit ${file}`,
  });
}
