/**
 * Usage: node operator/bin/show-image.ts IMAGE [DOCKER_CONFIG_FILE] [--json]
 *
 * Prints what the registry has under IMAGE: for each platform size, layers, user, labels and packages.
 * Nothing is run and no engine is asked. Exit codes as of describe-image.ts.
 */
import { ImageContents } from "../../cli/image/contents.ts";
import { renderImage } from "../../cli/image/render.ts";
import { parseReference, RegistryError } from "../../cli/registry/reference.ts";
import { loginOf } from "../login.ts";

const json = process.argv.includes("--json");
const [reference = "", configFile] = process.argv.slice(2).filter((word) => word !== "--json");
try {
  const image = parseReference(reference);
  const contents = new ImageContents(image, await loginOf(image.registry, configFile));
  const found = [];
  for (const one of await contents.platforms()) {
    found.push({ ...one, packages: await contents.packages(one) });
  }
  console.log(json ? JSON.stringify(found, null, 2) : found.map(renderImage).join("\n\n"));
} catch (error) {
  if (!(error instanceof RegistryError)) throw error;
  console.error(error.message);
  process.exitCode = { missing: 4, refused: 5, failed: 1 }[error.kind];
}
