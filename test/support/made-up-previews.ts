import { renderPreviewLines } from "../../cli/release/overview.ts";
import { slugOf } from "../../config/previews.ts";
import type { MadeUpVm } from "./made-up-vm.ts";

export interface MadeUpPreview {
  branch: string;
  /** awake, asleep, coming, going or gone. */
  state: string;
  commit: string;
  /** What came with it for the list; undefined: nothing, it is of an older Onebox. */
  lines?: string;
}

export const linesOf = (branch: string) => renderPreviewLines(branch, 1_795_259_200);

/**
 * Has a VM list these previews, the oldest first.
 *
 * @param rendered what the server stack has brought
 * @param users those that the last one asks its visitors for
 * @returns the file that Traefik gets
 */
export async function listPreviews(
  vm: MadeUpVm,
  rendered: string,
  previews: MadeUpPreview[],
  users = "",
): Promise<string> {
  vm.write("base/traefik/overview.routes", rendered);
  for (const [index, { branch, state, commit, lines }] of previews.entries()) {
    const slug = slugOf(branch);
    const place = `data/previews/branches/${slug}`;
    const files = `base/env/preview-${slug}/releases/one`;
    vm.write(`${place}/intent`, `created=${index}\n`);
    if (lines !== undefined) vm.write(`${place}/overview`, lines);
    if (state !== "coming") vm.write(`${place}/current`, "one\n");
    if (state === "going") vm.write(`${place}/removing`, "");
    if (state === "awake") vm.write(`unit=onebox-preview-${slug}.service/on`, "");
    if (state !== "gone") vm.write(`${files}/release.env`, `ONEBOX_COMMIT=${commit}\n`);
    if (users !== "" && index === 0) {
      vm.write(`${files}/users`, users);
      vm.write(`base/routes/preview-${slug}.yml`, "# users\n");
    }
  }
  const { code, output } = await vm.run("overview");
  if (code !== 0) throw new Error(output);
  return vm.read("base/routes/previews.yml");
}
