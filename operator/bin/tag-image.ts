/**
 * Usage: node operator/bin/tag-image.ts IMAGE TAG [DOCKER_CONFIG_FILE]
 *
 * Gives what the registry has under IMAGE another tag of its repository; nothing is pulled or pushed
 * but the manifest. Exit codes as of describe-image.ts.
 */

import { parseReference, RegistryError } from "../../cli/registry/reference.ts";
import { RegistrySession } from "../../cli/registry/session.ts";
import { loginOf } from "../login.ts";

const [reference = "", tag = "", configFile] = process.argv.slice(2);
try {
  const image = parseReference(reference);
  const login = await loginOf(image.registry, configFile);
  const { mediaType, text } = await new RegistrySession(image, login).manifest(image.tag);
  // A session of its own: what may read may need another token to write.
  await new RegistrySession(image, login).putManifest(tag, mediaType, text);
} catch (error) {
  if (!(error instanceof RegistryError)) throw error;
  console.error(error.message);
  process.exitCode = { missing: 4, refused: 5, failed: 1 }[error.kind];
}
