import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { commands } from "../../cli/commands.ts";
import { root } from "../../config/load.ts";

const doors = (directory: string) =>
  readdirSync(join(root, "scripts", directory))
    .filter((name) => name.endsWith(".sh"))
    .map((name) => join(directory, name));
const scripts = doors(".");
const steps = doors("ci");
const elsewhere = scripts.filter((name) => !Object.hasOwn(commands, name.replace(".sh", "")));

function script(name: string, args: string[]) {
  return spawnSync(join(root, "scripts", name), args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

// What each command says and refuses is for arguments.test.ts in cli/ and ci/, which start no process: all doors are alike,
// so that one of each kind shows how they end, and each that leads elsewhere.
describe("every script", () => {
  for (const name of [...scripts, ...steps]) {
    it(`${name} hands over as it was called`, () => {
      const up = name.startsWith("ci/") ? "%/*/*" : "%/*";
      const [shell, comment, ...lines] = readFileSync(join(root, "scripts", name), "utf8").split(
        "\n",
      );
      expect(shell).to.equal("#!/bin/sh");
      expect(comment).to.match(/^# [A-Z]/);
      expect(lines).to.deep.equal([
        `self=$(readlink -f "$0") && exec "\${self${up}}/lib/enter.sh" ${name} "$@"`,
        "",
      ]);
    });
  }

  for (const name of ["deploy.sh", "ci/plan.sh", ...elsewhere]) {
    it(`${name} explains itself with --help, and refuses what it does not know`, () => {
      const help = script(name, ["--help"]);
      expect(help.status, help.stderr).to.equal(0);
      expect(help.stdout).to.match(new RegExp(`^Usage: scripts/${name}`, "m"));
      const wrong = script(name, ["--no-such-option"]);
      expect(wrong.status, wrong.stdout).to.equal(2);
      expect(wrong.stderr.trim().split("\n")).to.have.length(1);
    });
  }
});
