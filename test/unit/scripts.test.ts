import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { commands } from "../../cli/commands.ts";
import { root } from "../../config/load.ts";

const scripts = readdirSync(join(root, "scripts")).filter((name) => name.endsWith(".sh"));

function script(name: string, args: string[], env: Record<string, string> = {}) {
  return spawnSync(join(root, "scripts", name), args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

describe("every script", () => {
  for (const name of scripts) {
    it(`${name} explains itself with --help`, () => {
      const help = script(name, ["--help"]);
      expect(help.status, help.stderr).to.equal(0);
      expect(help.stdout).to.match(new RegExp(`^Usage: scripts/${name}`, "m"));
    });
  }

  // What each command refuses is for test/unit/cli: one door shows how they end, and each that leads elsewhere.
  const elsewhere = scripts.filter((name) => !Object.hasOwn(commands, name.replace(".sh", "")));
  for (const name of ["deploy.sh", ...elsewhere]) {
    it(`${name} refuses what it does not know`, () => {
      const wrong = script(name, ["--no-such-option"]);
      expect(wrong.status, wrong.stdout).to.equal(2);
      expect(wrong.stderr.trim().split("\n")).to.have.length(1);
    });
  }
});

describe("every step of a workflow", () => {
  for (const name of readdirSync(join(root, "scripts/ci"))) {
    it(`${name} explains itself with --help, and does nothing`, () => {
      const help = script(`ci/${name}`, ["--help"]);
      expect(help.status, help.stderr).to.equal(0);
      expect(help.stdout)
        .to.match(/^Usage: /)
        .and.include(`scripts/ci/${name}`);
      const lines = readFileSync(join(root, "scripts/ci", name), "utf8")
        .trim()
        .split("\n");
      expect(lines).to.have.length.at.most(15);
    });
  }
});
