/**
 * Usage: node cli/bin/name-preview.ts BRANCH
 *
 * Prints the branch's slug and the host of its preview. Exit code 2 and one line: it cannot have a preview.
 */
import { resolveCloud } from "../../config/cloud.ts";
import { loadConfig, root } from "../../config/load.ts";
import { previewHost, refusePreview, slugOf } from "../../config/previews.ts";

const [branch = ""] = process.argv.slice(2);
const config = await loadConfig();
const cloud = resolveCloud(config, root);
const refusal = refusePreview(config, cloud, branch);
if (refusal !== undefined) {
  console.error(`"${branch}" can have no preview: ${refusal}`);
  process.exitCode = 2;
} else {
  const slug = slugOf(branch);
  console.log(`${slug} ${previewHost(config, cloud, slug)}`);
}
