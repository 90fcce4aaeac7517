import { chmodSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { FailedError } from "../errors.ts";
import { pinOf } from "../image/pins.ts";
import { removePath } from "../remove.ts";
import type { Step } from "../steps.ts";
import { buildGoTests, buildGoTool, type GoTool, goTool, needGo } from "./go.ts";
import { digestOf, type Kit, needSpace, workDirectory } from "./kit.ts";
import { installPackages } from "./packages.ts";
import { isProgram } from "./system.ts";

/** What reads the workflows: actionlint, built from its Go module, and zizmor, whose PyPI wheel holds the program. */
export const linters = {
  isHere: (kit: Kit) => isProgram(goTool(kit, actionlint(kit).file)) && isProgram(zizmor(kit)),
  async provide(kit: Kit, step: Step): Promise<void> {
    await buildGoTool(kit, actionlint(kit), step);
    await downloadZizmor(kit, step);
    const pin = (name: string) => pinOf(kit.root, name);
    step.note = `actionlint ${pin("ACTIONLINT_VERSION")}, zizmor ${pin("ZIZMOR_VERSION")}`;
  },
};

const actionlint = ({ root }: Kit): GoTool => ({
  file: `actionlint-${pinOf(root, "ACTIONLINT_VERSION")}`,
  module: "actionlint",
  package: "github.com/rhysd/actionlint/cmd/actionlint",
});

const zizmor = (kit: Kit) => goTool(kit, `zizmor-${pinOf(kit.root, "ZIZMOR_VERSION")}`);

/** pip compares the checksum; the program is taken out of the wheel, so nothing is installed. */
async function downloadZizmor(kit: Kit, { progress, output }: Step): Promise<void> {
  const { processes, root } = kit;
  const out = zizmor(kit);
  if (isProgram(out)) return;
  progress("downloading zizmor");
  const work = workDirectory(kit, "zizmor");
  const options = ["--quiet", "--disable-pip-version-check", "--no-deps"];
  const source = ["--only-binary", ":all:", "--require-hashes", "--requirement"];
  const list = join(root, "toolchain/zizmor/requirements.txt");
  const pip = ["-m", "pip", "download", ...options, ...source, list, "--dest", work];
  await processes.run("python3", pip, { output });
  const wheel = readdirSync(work).find((name) => name.startsWith("zizmor-"));
  if (wheel === undefined) throw new FailedError("PyPI has no wheel of zizmor");
  const unzip = ["-q", "-j", join(work, wheel), "*/scripts/zizmor", "-d", work];
  await processes.run("unzip", unzip, { output });
  chmodSync(join(work, "zizmor"), 0o755);
  mkdirSync(dirname(out), { recursive: true });
  renameSync(join(work, "zizmor"), out);
}

/** The builder of a CI runner: BuildKit, and Docker's plugin for it, because an image for two platforms needs them. */
export const builders = {
  isHere: (kit: Kit) => buildKit(kit).every(({ file }) => isProgram(goTool(kit, file))),
  async provide(kit: Kit, step: Step): Promise<void> {
    for (const tool of buildKit(kit)) await buildGoTool(kit, tool, step);
    const pin = (name: string) => pinOf(kit.root, name);
    step.note = `BuildKit ${pin("BUILDKIT_VERSION")}, buildx ${pin("BUILDX_VERSION")}`;
  },
};

function buildKit({ root }: Kit): GoTool[] {
  const pin = (name: string) => pinOf(root, name);
  const [buildkitd, buildx] = [pin("BUILDKIT_VERSION"), pin("BUILDX_VERSION")];
  return [
    {
      ...{ file: `buildkitd-${buildkitd}`, module: "buildkit" },
      package: "github.com/moby/buildkit/cmd/buildkitd",
    },
    {
      ...{ file: `buildx-${buildx}`, module: "buildkit" },
      package: "github.com/docker/buildx/cmd/buildx",
    },
  ];
}

/**
 * The clients of the Hetzner Cloud API that the emulator's tests drive: the Python package in an environment of its own,
 * and the tests in Go, built. The hcloud command is a system package.
 */
export const clients = {
  isHere: (kit: Kit) => isProgram(pythonIn(pythonClient(kit))) && isProgram(goClient(kit)),
  async provide(kit: Kit, step: Step): Promise<void> {
    needSpace(kit.cache, 2);
    const python = pythonClient(kit);
    if (!isProgram(pythonIn(python))) {
      step.progress("installing hcloud for Python");
      const list = join(kit.root, "emulator/test/clients/python/requirements.txt");
      await providePython(kit, python, list, step);
    }
    if (!isProgram(goClient(kit))) {
      await needGo(kit, step);
      step.progress("building the tests with hcloud for Go");
      await buildGoTests(kit, join(kit.root, "emulator/test/clients/go"), goClient(kit), step);
    }
    step.note = "hcloud for Python and Go";
  },
};

function pythonClient({ root, cache }: Kit): string {
  const list = join(root, "emulator/test/clients/python/requirements.txt");
  return join(cache, `clients/python-${digestOf([list])}`);
}

function goClient({ root, cache }: Kit): string {
  const directory = join(root, "emulator/test/clients/go");
  const files = readdirSync(directory).sort();
  return join(cache, `clients/go-${digestOf(files.map((name) => join(directory, name)))}`);
}

/** What looks at the edge as a stranger would, for test/https: sslyze, in an environment of its own. */
export const scanner = {
  isHere: (kit: Kit) => isProgram(pythonIn(sslyze(kit))),
  async provide(kit: Kit, step: Step): Promise<void> {
    const version = pinOf(kit.root, "SSLYZE_VERSION");
    needSpace(kit.cache, 1);
    step.progress(`installing sslyze ${version}`);
    await providePython(kit, sslyze(kit), requirementsOfSslyze(kit), step);
    step.note = `sslyze ${version}`;
  },
};

const requirementsOfSslyze = ({ root }: Kit) => join(root, "toolchain/sslyze/requirements.txt");

function sslyze(kit: Kit): string {
  return join(kit.cache, "sslyze", digestOf([requirementsOfSslyze(kit)]));
}

const pythonIn = (place: string) => join(place, "bin/python");

/**
 * Packages of Python, made in their place, because an environment cannot be moved; the program that says that it is
 * there, bin/python, comes last.
 */
async function providePython(
  kit: Kit,
  place: string,
  requirements: string,
  step: Step,
): Promise<void> {
  const { processes } = kit;
  const { output } = step;
  const probe = await processes.run("python3", ["-c", "import ensurepip, venv"], { codes: "any" });
  if (probe.code !== 0) await installPackages(kit, ["python3-venv"], step);
  removePath(place);
  mkdirSync(dirname(place), { recursive: true });
  await processes.run("python3", ["-m", "venv", "--copies", place], { output });
  const python = pythonIn(place);
  renameSync(python, `${python}.part`);
  const options = ["--disable-pip-version-check", "install", "--quiet", "--no-deps"];
  const pip = ["-m", "pip", ...options, "--requirement", requirements];
  await processes.run(`${python}.part`, pip, { output });
  renameSync(`${python}.part`, python);
}
