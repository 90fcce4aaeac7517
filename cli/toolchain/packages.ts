import { RefusedError } from "../errors.ts";
import type { Step } from "../steps.ts";
import { isDockerMissing } from "./docker.ts";
import { type Kit, needSpace } from "./kit.ts";
import { asRoot, type System } from "./system.ts";

/** The commands that Onebox calls, with the Debian package of each. */
export const commands = {
  ...{ git: "git", "git-secret": "git-secret", gpg: "gnupg", ssh: "openssh-client" },
  ...{ curl: "curl", npm: "npm", unzip: "unzip" },
};

/** Those that scripts/test.sh calls besides. */
export const testCommands = {
  ...{ shellcheck: "shellcheck", shfmt: "shfmt", pip3: "python3-pip", dig: "bind9-dnsutils" },
  ...{ hcloud: "hcloud-cli", pebble: "pebble" },
};

/** The names that test/support/browser.ts knows. */
const browsers = ["chromium", "chromium-browser", "google-chrome"];

/** Homebrew's names, where they are others. */
const brew: Record<string, string> = {
  ...{ npm: "node", "bind9-dnsutils": "bind", "golang-go": "go" },
  ...{ "openssh-client": "openssh", "hcloud-cli": "hcloud" },
};

/** The packages of the commands that are not on the PATH. */
export async function missingPackages(kit: Kit, withTests: boolean): Promise<string[]> {
  const { find } = kit.system;
  const wanted = Object.entries({ ...commands, ...(withTests && testCommands) });
  const missing = wanted.filter(([command]) => find(command) === undefined).map(([, name]) => name);
  if (withTests && !browsers.some(find)) missing.push("chromium");
  if (find("apt-get") !== undefined && (await isDockerMissing(kit))) missing.push("docker.io");
  return missing;
}

/** Whether packages can be installed from here. */
export function mayInstall({ find, mayBecomeRoot }: System): boolean {
  return find("apt-get") !== undefined && mayBecomeRoot;
}

/**
 * Refuses where packages can't be installed from here.
 *
 * @throws RefusedError with the command to run
 */
export function checkInstall(system: System, packages: string[]): void {
  const list = packages.join(" ");
  if (system.name === "Darwin") {
    const names = packages.map((name) => brew[name] ?? name).join(" ");
    throw new RefusedError(`missing: ${list}; run: brew install ${names}`);
  }
  if (system.find("apt-get") === undefined) {
    throw new RefusedError(`missing: ${list}; install them with this system's package manager`);
  }
  if (!system.mayBecomeRoot) {
    throw new RefusedError(`missing: ${list}; run: sudo apt-get install --yes ${list}`);
  }
}

let last: Promise<void> = Promise.resolve();

/**
 * Installs packages with apt, all in one call. Parts that are made side by side wait for each other here: the lists of a
 * second apt would be empty while the first one fetches them, and no package known.
 */
export function installPackages(kit: Kit, packages: string[], step: Step): Promise<void> {
  const work = last.then(() => install(kit, packages, step));
  last = work.catch(() => {}); // whoever asked for it hears of it
  return work;
}

async function install(kit: Kit, packages: string[], step: Step): Promise<void> {
  const { system, processes } = kit;
  const { output } = step;
  checkInstall(system, packages);
  needSpace("/var/lib", 1);
  const list = packages.join(" ");
  step.progress(`apt-get install ${list}`);
  const run = (...command: string[]) =>
    processes.run(...asRoot(system, command), { output, codes: "any" });
  await run("apt-get", "update", "-qq"); // an unreachable extra source is no reason to stop
  // An installation that was interrupted is finished first: apt-get refuses to do more before.
  await run("env", "DEBIAN_FRONTEND=noninteractive", "dpkg", "--configure", "--pending");
  const all = [...packages];
  // Newer Debians have the client as a package of its own.
  if (all.includes("docker.io") && (await isKnown(kit, "docker-cli"))) all.push("docker-cli");
  const environment = ["DEBIAN_FRONTEND=noninteractive"];
  // Without systemd, packages start their services through invoke-rc.d, which fails where an init
  // script does; in run level 1 it starts nothing. What is needed is started afterwards.
  if (!system.hasSystemd) environment.push("RUNLEVEL=1");
  const options = ["--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120"];
  const { code } = await run("env", ...environment, "apt-get", "install", ...options, ...all);
  if (code === 0) return;
  throw new RefusedError(
    `apt-get could not install: ${list}; try it by hand: apt-get install --yes ${list}`,
  );
}

async function isKnown({ processes }: Kit, name: string): Promise<boolean> {
  return (await processes.run("apt-cache", ["show", name], { codes: "any" })).code === 0;
}
