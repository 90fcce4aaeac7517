import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";

describe("the pull of an image", () => {
  let programs: string;
  beforeEach(() => {
    programs = mkdtempSync(join(tmpdir(), "onebox-pull-"));
  });
  afterEach(() => rmSync(programs, { recursive: true }));

  const program = (name: string, script: string) =>
    writeFileSync(join(programs, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  /** @param free megabytes that the disk has left; undefined: nobody says */
  function pull(docker: string, free: number | undefined) {
    program("docker", docker);
    if (free !== undefined) program("df", `echo; echo disk 10240 1 ${free} 10% /`);
    const script =
      "set -euo pipefail; . host/lib/space.sh; . host/release/pull.sh; PATIENCE=30 pull_image r.test/app";
    const path = `${programs}:${process.env.PATH}`;
    return spawnSync("bash", ["-c", script], { cwd: root, env: { PATH: path }, encoding: "utf8" });
  }

  it("is Docker's, and fails with what that says", () => {
    expect(pull('[ "$*" = "pull -q r.test/app" ]', 5000)).to.include({ status: 0, stdout: "" });
    const failed = pull("echo pulling; echo no such image >&2; exit 1", 5000);
    expect(failed).to.include({ status: 1, stdout: "no such image\n" });
  });

  it("ends before it has filled the disk", () => {
    const { status, stdout } = pull("exec sleep 25", 100); // which would end well
    expect(status).to.not.equal(0);
    expect(stdout).to.match(/^it would have filled the VM's disk/);
  });

  it("goes on where the disk cannot be asked", () => {
    program("df", "exit 1");
    expect(pull("sleep 1; exit 0", undefined)).to.include({ status: 0, stdout: "" });
  });

  it("is begun in no other way on the VM", () => {
    const found = execFileSync("grep", ["-rlE", "docker pull", "host"], { cwd: root });
    expect(found.toString().trim().split("\n")).to.deep.equal(["host/release/pull.sh"]);
  });
});
