import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pinOf } from "../image/pins.ts";
import { removePath } from "../remove.ts";
import type { Step } from "../steps.ts";
import { checkSum, isListed } from "./checksums.ts";
import { buildGoTool, goTool } from "./go.ts";
import { type Kit, workDirectory } from "./kit.ts";
import { isReachable } from "./sources.ts";
import { terraformLink } from "./terraform.ts";

const TERRAFORM = "registry.terraform.io";
/** What OpenTofu completes a short source address with. */
const OPENTOFU = "registry.opentofu.org";
const DAY = 86_400_000;

interface Provider {
  /** Such as hetznercloud/hcloud. */
  source: string;
  version: string;
  /** What Go builds where the registry does not answer. */
  package: string;
}

function providers(root: string): [Provider, Provider] {
  return [
    {
      source: "hetznercloud/hcloud",
      version: pinOf(root, "HCLOUD_PROVIDER_VERSION"),
      package: "github.com/hetznercloud/terraform-provider-hcloud",
    },
    // What is built for this one is a SUBSTITUTE (toolchain/providers/null), which the real one replaces as
    // soon as the registry answers, asked again once a day.
    {
      source: "hashicorp/null",
      version: pinOf(root, "NULL_PROVIDER_VERSION"),
      package: "./null",
    },
  ];
}

const mirror = ({ cache }: Pick<Kit, "cache">) => join(cache, "terraform/providers");
/** Exists while the mirror holds the substitute. */
const standIn = ({ cache }: Pick<Kit, "cache">) => join(cache, "terraform/null-stand-in");
const settings = ({ cache }: Pick<Kit, "cache">) => join(cache, "terraform/cli.tfrc");

/** Whether the mirror holds both, a substitute is younger than a day, and Terraform is told of the mirror. */
export function providersAreHere(kit: Kit, now: number): boolean {
  if (!providers(kit.root).every((provider) => isInMirror(kit, provider))) return false;
  const made = statSync(standIn(kit), { throwIfNoEntry: false })?.mtimeMs;
  if (made !== undefined && now - made >= DAY) return false;
  const file = settings(kit);
  return existsSync(file) && readFileSync(file, "utf8") === renderSettings(mirror(kit));
}

/** As a directory (built) or an archive (downloaded). */
function isInMirror(kit: Kit, provider: Provider): boolean {
  const built = join(mirror(kit), TERRAFORM, provider.source, provider.version);
  return existsSync(join(built, kit.system.platform)) || existsSync(archive(kit, provider));
}

const fileOf = ({ source }: Provider) => `terraform-provider-${source.split("/")[1]}`;

/** Where the archive of a provider lies that was downloaded. */
function archive(kit: Kit, provider: Provider, place = mirror(kit)): string {
  const name = `${fileOf(provider)}_${provider.version}_${kit.system.platform}.zip`;
  return join(place, TERRAFORM, provider.source, name);
}

/** From the Terraform registry where it answers, else built with Go. */
export async function provideProviders(kit: Kit, step: Step): Promise<void> {
  if (await isReachable(kit, `https://${TERRAFORM}/.well-known/terraform.json`)) {
    await downloadProviders(kit, step);
    step.note = "from the Terraform registry";
  } else {
    for (const provider of providers(kit.root)) await buildProvider(kit, provider, step);
    writeFileSync(standIn(kit), "");
    step.note = "hcloud from its source; null is a substitute";
  }
  await offerToOpenTofu(kit);
  writeSettings(kit);
}

async function downloadProviders(kit: Kit, step: Step): Promise<void> {
  step.progress("downloading the providers");
  const work = workDirectory(kit, "providers");
  const required = providers(kit.root).map(
    ({ source, version }) =>
      `    ${source.split("/")[1]} = { source = "${TERRAFORM}/${source}", version = "${version}" }\n`,
  );
  writeFileSync(
    join(work, "main.tf"),
    `terraform {\n  required_providers {\n${required.join("")}  }\n}\n`,
  );
  const args = ["providers", "mirror", `-platform=${kit.system.platform}`, join(work, "mirror")];
  await kit.processes.run(terraformLink(kit), args, { cwd: work, output: step.output });
  checkProviders(kit, join(work, "mirror"));
  replace(join(work, "mirror"), mirror(kit));
  rmSync(standIn(kit), { force: true });
}

/** Compares what was downloaded with the checksums in the repository, where it has some of that provider. */
export function checkProviders(kit: Kit, place: string): void {
  for (const provider of providers(kit.root)) {
    const name = fileOf(provider);
    if (!isListed(kit.root, `${name}_`)) continue;
    checkSum(kit.root, archive(kit, provider, place), `${name}_${provider.version}`);
  }
}

/** Builds a provider and puts it where Terraform looks. */
async function buildProvider(kit: Kit, provider: Provider, step: Step): Promise<void> {
  if (isInMirror(kit, provider)) return;
  const { source, version } = provider;
  const file = `${fileOf(provider)}_v${version}`;
  await buildGoTool(kit, { file, module: "providers", package: provider.package }, step);
  const work = workDirectory(kit, "provider");
  const place = join(work, kit.system.platform);
  mkdirSync(place);
  linkSync(goTool(kit, file), join(place, file));
  replace(work, join(mirror(kit), TERRAFORM, source, version));
}

function replace(directory: string, place: string): void {
  removePath(place);
  mkdirSync(dirname(place), { recursive: true });
  renameSync(directory, place);
}

/** The same providers under the name by which OpenTofu asks for them. */
async function offerToOpenTofu(kit: Kit): Promise<void> {
  const { stdout } = await kit.processes.run(terraformLink(kit), ["version"]);
  if (!stdout.startsWith("OpenTofu")) return;
  const copy = join(workDirectory(kit, "opentofu"), "copy");
  cpSync(join(mirror(kit), TERRAFORM), copy, { recursive: true });
  replace(copy, join(mirror(kit), OPENTOFU));
}

/** Written aside and renamed: Terraform may be reading it. */
export function writeSettings(kit: Pick<Kit, "cache">): void {
  const file = settings(kit);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, renderSettings(mirror(kit)));
  renameSync(`${file}.${process.pid}`, file);
}

/** The two come from the mirror only; any other provider that a stack may use, from its registry. */
export function renderSettings(place: string): string {
  const ours = [TERRAFORM, OPENTOFU]
    .flatMap((registry) => [`"${registry}/hetznercloud/hcloud"`, `"${registry}/hashicorp/null"`])
    .join(", ");
  return `provider_installation {
  filesystem_mirror {
    path    = "${place}"
    include = [${ours}]
  }
  direct {
    exclude = [${ours}]
  }
}
`;
}
