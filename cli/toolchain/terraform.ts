import {
  chmodSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { pinOf } from "../image/pins.ts";
import type { Step } from "../steps.ts";
import { checkSum } from "./checksums.ts";
import { buildGoTool, goTool } from "./go.ts";
import { isAtLeast, type Kit, workDirectory } from "./kit.ts";
import { download, isReachable } from "./sources.ts";
import { isProgram } from "./system.ts";

const RELEASES = "https://releases.hashicorp.com";

/** A link to the Terraform, or the OpenTofu, that is used. */
export function terraformLink({ cache }: Pick<Kit, "cache">): string {
  return join(cache, "bin/terraform");
}

/** The one on the PATH if it is new enough; else HashiCorp's download; else OpenTofu built from its Go module. */
export async function provideTerraform(kit: Kit, step: Step): Promise<void> {
  const link = terraformLink(kit);
  const program = await chooseTerraform(kit, step);
  // A link made aside and renamed: another run never finds it missing.
  const aside = join(dirname(link), `.terraform.${process.pid}`);
  mkdirSync(dirname(link), { recursive: true });
  rmSync(aside, { force: true });
  symlinkSync(program, aside);
  renameSync(aside, link);
}

async function chooseTerraform(kit: Kit, step: Step): Promise<string> {
  const own = await terraformOnPath(kit);
  if (own !== undefined) {
    step.note = own;
    return own;
  }
  const version = pinOf(kit.root, "TERRAFORM_VERSION");
  if (await isReachable(kit, `${RELEASES}/terraform/${version}/terraform_${version}_SHA256SUMS`)) {
    step.note = `Terraform ${version}, downloaded`;
    return downloadTerraform(kit, version, step);
  }
  const tofu = pinOf(kit.root, "OPENTOFU_VERSION");
  const file = `tofu-${tofu}`;
  await buildGoTool(
    kit,
    {
      ...{ file, module: "opentofu", package: "github.com/opentofu/opentofu/cmd/tofu" },
      ldflags: "-X github.com/opentofu/opentofu/version.dev=no",
    },
    step,
  );
  step.note = `OpenTofu ${tofu}, built from its Go module`;
  return goTool(kit, file);
}

const said = z.object({ terraform_version: z.string() });

/** The path of a Terraform or an OpenTofu that is new enough. */
export async function terraformOnPath(kit: Kit): Promise<string | undefined> {
  for (const [name, pin] of [
    ["terraform", "TERRAFORM_OLDEST"],
    ["tofu", "OPENTOFU_OLDEST"],
  ] as const) {
    const path = kit.system.find(name);
    if (path === undefined) continue;
    const { stdout } = await kit.processes.run(path, ["version", "-json"], { codes: "any" });
    if (isAtLeast(pinOf(kit.root, pin), versionIn(stdout))) return path;
  }
  return undefined;
}

/** Of what `terraform version -json` prints; "" where it prints something else. */
export function versionIn(text: string): string {
  try {
    return said.parse(JSON.parse(text)).terraform_version;
  } catch {
    return "";
  }
}

/** HashiCorp's archive, compared with the checksum in the repository. */
export async function downloadTerraform(kit: Kit, version: string, step: Step): Promise<string> {
  const base = `${RELEASES}/terraform/${version}`;
  const zip = `terraform_${version}_${kit.system.platform}.zip`;
  const work = workDirectory(kit, "terraform");
  step.progress(`downloading ${zip}`);
  await download(kit, `${base}/${zip}`, join(work, zip), step);
  checkSum(kit.root, join(work, zip), zip);
  const { output } = step;
  await kit.processes.run("unzip", ["-q", join(work, zip), "terraform", "-d", work], { output });
  const program = downloadOf(kit);
  mkdirSync(dirname(program), { recursive: true });
  chmodSync(join(work, "terraform"), 0o755);
  renameSync(join(work, "terraform"), program);
  return program;
}

/** Whether the link points to a program; one that was brought here must be of the version that is pinned now. */
export function terraformIsHere(kit: Kit): boolean {
  const link = terraformLink(kit);
  if (!isProgram(link)) return false;
  const program = realpathSync(link);
  if (!program.startsWith(`${realpathSync(kit.cache)}/`)) return true; // the system's own
  return [downloadOf(kit), tofuOf(kit)].some(
    (own) => existsSync(own) && realpathSync(own) === program,
  );
}

const downloadOf = ({ root, cache }: Kit): string =>
  join(cache, "terraform", pinOf(root, "TERRAFORM_VERSION"), "terraform");
const tofuOf = (kit: Kit): string => goTool(kit, `tofu-${pinOf(kit.root, "OPENTOFU_VERSION")}`);
