import { previewHost, refusePreview, slugOf } from "../../config/previews.ts";
import type { Config } from "../../config/schema.ts";
import { RefusedError } from "../errors.ts";
import { plainText } from "../plain-text.ts";
import type { Project } from "../project.ts";

/** What a branch's preview is called. */
export interface PreviewName {
  branch: string;
  /** Of its Terraform workspace and its host. */
  slug: string;
  /** As the VM calls it. */
  environment: string;
  host: string;
  settings: Previews;
}

type Previews = NonNullable<Config["previews"]>;

/**
 * Names a branch's preview.
 *
 * @throws RefusedError when it can have none
 */
export function namePreview({ config, cloud }: Project, branch: string): PreviewName {
  const settings = needPreviews(config);
  const refusal = refusePreview(config, cloud, branch);
  if (refusal !== undefined) {
    throw new RefusedError(`"${plainText(branch)}" can have no preview: ${refusal}`);
  }
  const slug = slugOf(branch);
  const host = previewHost(config, cloud, slug);
  return { branch, slug, environment: `preview-${slug}`, host, settings };
}

/** What the configuration says of previews. */
export function needPreviews({ previews }: Config): Previews {
  if (previews !== undefined) return previews;
  throw new RefusedError("onebox.config.ts has no previews section (docs/previews.md)");
}
