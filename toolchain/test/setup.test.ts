import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { assert } from "chai";
import { Machine, root } from "./machine.ts";

const tools = ["git", "git-secret", "gpg", "ssh", "curl", "npm", "unzip"];
const lastLine = (output: string) => output.trim().split("\n").at(-1) ?? "";

describe("scripts/setup.sh", () => {
  let machine: Machine;

  beforeEach(() => {
    machine = new Machine();
  });

  afterEach(() => machine.remove());

  /** Asserts that it ends with exit code 2 and this one line. */
  function refuses(expected: string | RegExp, ...args: string[]): void {
    const { status, output } = machine.setup(...args);
    assert.equal(status, 2, output);
    if (typeof expected === "string") assert.equal(lastLine(output), `setup.sh: ${expected}`);
    else assert.match(lastLine(output), expected);
  }

  it("explains itself", () => {
    const { status, output } = machine.setup("--help");
    assert.equal(status, 0, output);
    assert.match(output, /^Usage: scripts\/setup\.sh \[app\|local\|hetzner\]/);
    assert.include(output, "Exit codes:");
  });

  it("refuses what it does not know", () => {
    refuses('unknown argument "mars"; see scripts/setup.sh --help', "mars");
    refuses("unknown option --quick; see scripts/setup.sh --help", "--quick");
    refuses('one cloud at a time; "hetzner" is one too many', "local", "hetzner");
  });

  it("says what to install, all of it in one command, when it may not do so itself", () => {
    machine.pretendsAll("git", "ssh", "curl", "npm", "unzip", "docker", "dockerd", "apt-get");
    refuses(
      "missing: git-secret gnupg; run: sudo apt-get install --yes git-secret gnupg",
      "hetzner",
    );
    refuses(
      /sudo apt-get install --yes git-secret gnupg shellcheck shfmt python3-pip bind9-dnsutils hcloud-cli pebble chromium$/,
      "hetzner",
      "--tests",
    );
  });

  it("names Homebrew's packages on macOS", () => {
    machine.pretendsAll("git", "curl", "unzip", "docker").pretends("uname", "echo Darwin arm64");
    refuses(/run: brew install git-secret gnupg openssh node$/, "hetzner");
  });

  it("asks for the system's own package manager where there is no apt", () => {
    machine.pretendsAll(...tools.filter((tool) => tool !== "git-secret"), "docker", "dockerd");
    refuses("missing: git-secret; install them with this system's package manager", "hetzner");
  });

  it("counts a Docker client without an engine as missing", () => {
    machine.pretendsAll(...tools, "apt-get").pretends("docker", "echo no engine >&2; exit 1");
    if (spawnSync("sh", ["-c", "PATH=/usr/sbin:/sbin:/usr/local/sbin command -v dockerd"]).status) {
      refuses("missing: docker.io; run: sudo apt-get install --yes docker.io", "hetzner");
    } else {
      refuses("the Docker engine is not running; run: sudo service docker start", "hetzner");
    }
  });

  it("points to Docker's manual where it can't install it", () => {
    machine.pretendsAll(...tools);
    refuses("Docker is missing; install it: https://docs.docker.com/engine/install/", "hetzner");
  });

  it("says how to get permission for Docker", () => {
    machine
      .pretendsAll(...tools, "dockerd")
      .pretends("docker", "echo 'dial unix /var/run/docker.sock: permission denied' >&2; exit 1");
    refuses(
      "your user may not talk to Docker; run: sudo usermod -aG docker dev, then log in again",
      "hetzner",
    );
  });

  it("names a DOCKER_HOST that does not answer", () => {
    machine.pretendsAll(...tools).pretends("docker", "exit 1");
    machine.env = { DOCKER_HOST: "tcp://127.0.0.1:1" };
    refuses("no Docker engine answers at DOCKER_HOST=tcp://127.0.0.1:1", "hetzner");
  });

  it("names a context of Docker's that does not answer, and starts no other engine", () => {
    machine
      .pretendsAll(...tools, "dockerd", "apt-get")
      .pretends("docker", 'case "$*" in "context show") echo rootless ;; *) exit 1 ;; esac');
    refuses(
      'no Docker engine answers in the context "rootless"; start it, or run: docker context use default',
      "hetzner",
    );
  });

  it("says so when everything is here", () => {
    spawnSync(join(root, "scripts/setup.sh")); // brings what may have changed
    const { status, stderr } = spawnSync(join(root, "scripts/setup.sh"), { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /✓ setup +everything is here/);
  });

  it("says nothing then when asked to be quiet", () => {
    const env = { ...process.env, ONEBOX_QUIET_SETUP: "1" };
    const { stdout, stderr } = spawnSync(join(root, "scripts/setup.sh"), { encoding: "utf8", env });
    assert.equal(stdout + stderr, "");
  });
});
