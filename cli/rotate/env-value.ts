import { readDeployEnv } from "../env/check.ts";
import { FailedError } from "../errors.ts";

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
  const line = new RegExp(`^(?:export[ \\t]+)?${key}[ \\t]*=.*$`, "m");
  const changed = line.test(text)
    ? text.replace(line, () => `${key}=${value}`)
    : `${text.replace(/\n?$/, "\n")}${key}=${value}\n`;
  const wanted = { ...readDeployEnv(text, buildSecrets), [key]: value };
  const found = readDeployEnv(changed, buildSecrets);
  const keys = Object.keys({ ...wanted, ...found });
  if (keys.every((name) => wanted[name] === found[name])) return changed;
  throw new FailedError(`.env holds ${key} in a form that is changed by hand only`, {
    next: "scripts/secrets.sh edit .env",
  });
}
