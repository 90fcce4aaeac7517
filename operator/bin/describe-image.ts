/**
 * Usage: node operator/bin/describe-image.ts IMAGE [DOCKER_CONFIG_FILE]
 *
 * Asks IMAGE's registry what it is, without pulling it, and prints
 * "repository@sha256:… COMMIT SIZE": the commit from its OCI label (or "unknown"), the compressed
 * size in bytes. Exit codes: 0 found; 1 the registry does not answer; 4 no such image; 5 the registry
 * shows it to nobody with this login, as some do with what is not there.
 */

import { describeImage } from "../../cli/registry/describe.ts";
import { parseReference, RegistryError } from "../../cli/registry/reference.ts";
import { loginOf } from "../login.ts";

const [reference = "", configFile] = process.argv.slice(2);
try {
  const image = parseReference(reference);
  const found = await describeImage(image, await loginOf(image.registry, configFile));
  console.log(
    `${image.registry}/${image.repository}@${found.digest} ${found.commit} ${found.size}`,
  );
} catch (error) {
  if (!(error instanceof RegistryError)) throw error;
  console.error(error.message);
  process.exitCode = { missing: 4, refused: 5, failed: 1 }[error.kind];
}
