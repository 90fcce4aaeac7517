import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { parseOptions } from "../../options.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
const run = (...args: string[]) =>
  spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });

describe("the command line", () => {
  it("has defaults", () => {
    expect(parseOptions([])).to.deep.equal({
      data: ".onebox/cloud",
      driver: null,
      port: null,
      image: null,
      registry: true,
      profile: "instant",
      rateLimit: null,
      help: false,
    });
    expect(parseOptions(["--port", "8080", "--no-registry"])).to.include({
      port: 8080,
      registry: false,
    });
  });

  it("helps", () => {
    const { status, stdout } = run("--help");
    expect(status).to.equal(0);
    expect(stdout).to.match(/^Usage: onebox-cloud/);
  });

  for (const args of [
    ["--port", "0"],
    ["--port", "x"],
    ["--driver", "vmware"],
    ["--profile", "slow"],
    ["--rate-limit", "0"],
    ["--what"],
    ["extra"],
    ["--data", MAIN],
    ["--data", `${MAIN}/below`],
    ["--data", "/proc/not/there"],
  ]) {
    it(`refuses ${args.join(" ").replace(MAIN, "a file")} in one line`, () => {
      const { status, stderr } = run(...args);
      expect(status).to.equal(2);
      expect(stderr).to.match(/^onebox-cloud: .+\n$/);
    });
  }
});
