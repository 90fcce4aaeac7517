import { spawnSync } from "node:child_process";
import { openSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { commandError, FailedError, FaultError } from "../../../cli/errors.ts";
import { explainUncaught } from "../../../cli/uncaught.ts";
import { root } from "../../../config/load.ts";

/** Runs the deploy program; what it prints may go into a file. */
function onebox(args: string[], { config = "", output }: { config?: string; output?: string }) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "cli/main.ts"), ...args],
    {
      encoding: "utf8",
      env: { ...process.env, ONEBOX_CONFIG: config, ONEBOX_PROGRAM: "try" },
      stdio: ["ignore", output === undefined ? "pipe" : openSync(output, "w"), "pipe"],
    },
  );
  return { status, stdout, stderr };
}

describe("a command's end", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), "onebox-ends-"));
  });
  after(() => rm(directory, { recursive: true }));

  async function withConfig(text: string) {
    const config = join(directory, `${Math.random()}.ts`);
    await writeFile(config, text);
    return onebox(["status"], { config });
  }

  it("is no success where its output could not be written", () => {
    const { status, stderr } = onebox(["--help"], { output: "/dev/full" });
    expect([status, stderr]).to.deep.equal([
      1,
      "try: its output could not be written: ENOSPC: no space left on device, write\n",
    ]);
  });

  it("is no success where the configuration ends the program, or never ends", async () => {
    for (const text of ["process.exit(0);", "await new Promise(() => {});\nexport default {};"]) {
      const { status, stdout, stderr } = await withConfig(text);
      expect([status, stdout], text).to.deep.equal([1, ""]);
      expect(stderr).to.match(/^try: ended before its work was done; .*onebox\.config\.ts/m);
    }
  });

  it("tells an error that the configuration leaves to nobody in one line", async () => {
    const { status, stderr } = await withConfig(
      "setTimeout(() => { throw new Error('a\\nb'); });\nawait new Promise((end) => setTimeout(end, 60000));",
    );
    expect(status, stderr).to.equal(1);
    expect(stderr).to.match(/^try: \/\S+\.ts: threw an error that nobody caught: a\n$/);
  });

  it("leaves an error of Onebox's own as it is", () => {
    const from = (file: string) =>
      Object.assign(new Error("a"), { stack: `Error: a\n    at f (file://${file}:1:2)` });
    const own = from(`${root}/cli/main.ts`);
    expect(explainUncaught(own, root)).to.equal(own);
    expect(explainUncaught("a", root)).to.equal("a");
    expect(explainUncaught(from(`${root}/onebox.config.ts`), root)).to.be.instanceOf(FailedError);
  });

  it("says that a configuration exports nothing", async () => {
    const { status, stderr } = await withConfig("export const config = {};");
    expect(status).to.equal(2);
    expect(stderr).to.match(/: has no default export; write: export default defineConfig/);
  });

  it("is this computer's fault where it is", async () => {
    const file = join(directory, "file");
    await writeFile(file, "");
    const thrown = await mkdir(join(file, "a"), { recursive: true }).catch((error) => error);
    expect(commandError(thrown)).not.to.be.instanceOf(FaultError);
    expect(commandError(thrown).message).to.equal(
      `${join(file, "a")}: what should be a directory on the way there is a file`,
    );
    const circle = Object.assign(new Error("ELOOP"), { code: "ELOOP", path: "/x" });
    expect(commandError(circle).message).to.match(/^\/x: a symbolic link .* leads to itself$/);
    const full = Object.assign(new Error("ENOSPC"), { code: "ENOSPC", path: "/x" });
    expect(commandError(full).message).to.equal("/x: no space is left there");
    for (const fault of [new Error("ENOSPC"), new TypeError("x"), "ENOSPC", undefined]) {
      expect(commandError(fault)).to.be.instanceOf(FaultError);
    }
  });
});
