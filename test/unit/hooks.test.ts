import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";

describe("hooks", () => {
  let directory: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-hooks-"));
    mkdirSync(join(directory, "hooks"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function write(name: string, text: string, mode = 0o755): void {
    writeFileSync(join(directory, "hooks", name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(directory, "hooks", name), mode);
  }

  /** Runs a line of shell with the hooks of the directory, in the middle of a deploy of stage. */
  function deploy(line: string) {
    const shell = [
      ...["common", "config", "stack", "release", "hooks"].map(
        (part) => `. scripts/lib/${part}.sh`,
      ),
      `ROOT=${directory} ONEBOX_DIR=${directory} ONEBOX_SECRETS=${directory} ENVIRONMENT=stage`,
      "CFG_SCHEME=http CFG_HOST_stage=stage.shop.test RELEASE=000000000000-1111 IMAGE=shop@sha256:0 COMMIT=abc",
      "PREVIOUS=000000000000-0000 ADDRESS= GITHUB_ACTOR=me",
      "export ONEBOX_SECRETS HCLOUD_TOKEN=s3cret AWS_ACCESS_KEY_ID=s3cret TF_VAR_deploy_key=s3cret",
      "open_log hooks",
      line,
      'cat "$ONEBOX_LOG"',
    ];
    const env = { ...process.env, ONEBOX_LOG: "", ONEBOX_VERBOSE: "" };
    return spawnSync("bash", ["-c", shell.join("\n")], { cwd: root, encoding: "utf8", env });
  }

  it("are not needed", () => {
    const { status, stderr } = deploy("check_hooks; before_deploy; after_work after-deploy served");
    expect(status, stderr).to.equal(0);
    expect(stderr).to.equal("");
  });

  it("know what is done, and their output is in the log", () => {
    write("after-deploy", "env | grep ^ONEBOX_ | sort");
    const { stdout, stderr } = deploy("after_work after-deploy served");
    expect(stderr).to.match(/✓ hook +hooks\/after-deploy/);
    for (const line of [
      "ONEBOX_ADDRESS=",
      "ONEBOX_BY=me",
      "ONEBOX_COMMIT=abc",
      "ONEBOX_ENVIRONMENT=stage",
      "ONEBOX_IMAGE=shop@sha256:0",
      "ONEBOX_PREVIOUS_RELEASE=000000000000-0000",
      "ONEBOX_RELEASE=000000000000-1111",
      "ONEBOX_RESULT=served",
      "ONEBOX_URL=http://stage.shop.test",
    ]) {
      expect(stdout.split("\n")).to.include(line);
    }
  });

  it("see no secret, nor where the secrets are", () => {
    write("after-deploy", "env");
    const { stdout } = deploy("after_work after-deploy served");
    expect(stdout).to.include("ONEBOX_RESULT=served");
    expect(stdout).not.to.match(/s3cret|ONEBOX_SECRETS|TF_VAR_/);
  });

  it("stop a deploy when before-deploy fails, and say why", () => {
    write("before-deploy", "echo the schema is not reviewed; exit 7");
    const { status, stdout, stderr } = deploy("before_deploy; echo went on");
    expect(status).to.equal(1);
    expect(stdout).not.to.include("went on");
    expect(stderr).to.match(/✗ hook +hooks\/before-deploy ended with exit code 7/);
    expect(stderr).to.include("    the schema is not reviewed\n");
    expect(stderr).to.include("hooks/before-deploy says no; nothing was touched");
  });

  it("only warn when what is done is done", () => {
    write("after-rollback", "echo no network >&2; exit 1");
    const { status, stdout, stderr } = deploy("after_work after-rollback served; echo went on");
    expect(status).to.equal(0);
    expect(stdout).to.include("went on");
    expect(stderr).to.include("    no network\n");
    expect(stderr).to.include("! hooks/after-rollback failed; stage stays as it is");
  });

  it("are refused when they cannot be run, before anything else", () => {
    write("after-deploy", "true", 0o644);
    const { status, stderr } = deploy("check_hooks");
    expect(status).to.equal(2);
    expect(stderr).to.include(
      "hooks/after-deploy is not executable; run: chmod +x hooks/after-deploy",
    );
  });
});
