/**
 * Usage: node operator/bin/describe-image.ts IMAGE [DOCKER_CONFIG_FILE]
 *
 * Asks IMAGE's registry what it is, without pulling it, and prints
 * "repository@sha256:… COMMIT SIZE": the commit from its OCI label (or "unknown"), the compressed
 * size in bytes. Exit codes: 0 found; 1 the registry does not answer or refuses; 4 no such image.
 */
import { readFileSync } from "node:fs";
import { describeImage, type Login, parseReference, RegistryError } from "../registry.ts";

const [reference = "", configFile] = process.argv.slice(2);
try {
  const image = parseReference(reference);
  const found = await describeImage(image, readLogin(image.registry, configFile));
  console.log(
    `${image.registry}/${image.repository}@${found.digest} ${found.commit} ${found.size}`,
  );
} catch (error) {
  if (!(error instanceof RegistryError)) throw error;
  console.error(error.message);
  process.exitCode = error.missing ? 4 : 1;
}

function readLogin(registry: string, file: string | undefined): Login | undefined {
  if (file === undefined) return undefined;
  const config = JSON.parse(readFileSync(file, "utf8")) as {
    auths?: Record<string, { auth?: string }>;
  };
  const auth = config.auths?.[registry]?.auth;
  return auth === undefined ? undefined : { basic: auth };
}
