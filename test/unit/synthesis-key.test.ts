import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sources, synthesisKey } from "../../cli/synthesis-key.ts";
import { checkConfig } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { root } from "../../config/load.ts";
import valid from "../fixtures/hetzner.config.ts";

describe("the key of a synthesis", () => {
  let scratch: string;
  before(() => {
    scratch = realpathSync(mkdtempSync(join(tmpdir(), "onebox-key-")));
  });
  after(() => rmSync(scratch, { recursive: true }));

  /** Node's own permissions keep main.ts from reading anything else. */
  const synthesiseWith = (readable: string[]) => {
    const out = mkdtempSync(join(scratch, "out-"));
    const config = join(scratch, "config.ts"); // a context of "." would need the right to read everything
    writeFileSync(
      config,
      `import config from "${root}/test/fixtures/hetzner.config.ts";
       export default { ...config, app: { ...config.app, context: "test/fixtures" } };`,
    );
    const inputs = ["node_modules", "test/fixtures"];
    const paths = [...inputs, ...readable].map((path) => join(root, path));
    // Packages are read by their real path: of another clone where that lends each of them by a link.
    const lender = join(realpathSync(join(root, "node_modules/cdktf")), "../..");
    if (lender !== root) paths.push(lender);
    const allowed = [...paths, config, `${out}/`].flatMap((path) =>
      statSync(path).isDirectory() ? [path, join(path, "*")] : [path],
    );
    allowed.push(join(root, "server/*")); // the fixtures look whether it is there
    const permissions = allowed.map((path) => `--allow-fs-read=${path}`);
    const args = ["--permission", ...permissions, `--allow-fs-write=${out}/`, "main.ts"];
    const env = { ...process.env, ONEBOX_CONFIG: config, CDKTF_OUTDIR: out, CI: "1" };
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: root, env });
    return { status, stderr: stderr.toString() };
  };

  it("covers every file of the repository that a synthesis reads", () => {
    expect(synthesiseWith(sources)).to.deep.equal({ status: 0, stderr: "" });
  });

  it("would not without one of them", () => {
    const { status, stderr } = synthesiseWith(sources.filter((source) => source !== "traefik"));
    expect(status).to.equal(1);
    expect(stderr).to.include("ERR_ACCESS_DENIED");
  });

  it("is another one with another file, mode, configuration or cloud", () => {
    const copy = join(scratch, "copy");
    for (const source of sources)
      cpSync(join(root, source), join(copy, source), { recursive: true });
    const config = checkConfig(valid, root);
    const cloud = resolveCloud(config, root);
    const keyOf = (more = {}, there = {}) =>
      synthesisKey({ ...config, ...more }, { ...cloud, ...there }, copy);
    const keys = [keyOf(), keyOf({ name: "other" }), keyOf({}, { endpoint: "http://127.0.0.1:1" })];
    expect(keyOf()).to.equal(keys[0]);
    writeFileSync(join(copy, "host/new"), "");
    keys.push(keyOf());
    writeFileSync(join(copy, "host/new"), "more");
    keys.push(keyOf());
    rmSync(join(copy, "host/new"));
    writeFileSync(join(copy, "host/new"), "more", { mode: 0o755 });
    keys.push(keyOf());
    expect(new Set(keys).size).to.equal(keys.length);
  });
});
