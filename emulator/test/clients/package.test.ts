import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { temporaryDirectory } from "../support/cloud.ts";
import { install } from "./support/installed.ts";
import { run } from "./support/programs.ts";

const EMULATOR = fileURLToPath(new URL("../../", import.meta.url));

/** The package as somebody has it who has not got this repository. */
describe("the package", () => {
  const directory = temporaryDirectory();
  const home = join(directory, "home");
  let here: string;
  before("pack it, and install it in an empty directory", async () => {
    mkdirSync(home);
    here = await install(directory);
  });
  after(() => rmSync(directory, { recursive: true }));

  const files = () => readdirSync(here, { recursive: true, encoding: "utf8" });

  it("has no sources that Node would have to strip of types, and leaves nothing in the tree", () => {
    expect(files().filter((file) => file.endsWith(".ts"))).to.deep.equal([]);
    expect(existsSync(join(directory, "sources/emulator/dist"))).to.equal(false);
  });

  it("has what its pages link to", () => {
    const pages = files().filter((file) => file.endsWith(".md"));
    expect(pages).to.include.members(["README.md", "docs/status.md", "docs/assumptions.md"]);
    for (const page of pages) {
      const text = readFileSync(join(here, page), "utf8");
      for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)) {
        expect(existsSync(join(here, dirname(page), target)), `${page}: ${target}`).to.equal(true);
      }
    }
  });

  it("builds the same image of servers as the repository", () => {
    const name = (room: string) =>
      execFileSync(join(room, "hosts/build.sh"), ["--name"], { encoding: "utf8" });
    expect(name(join(here, "dist"))).to.equal(name(EMULATOR));
  });

  it("works as its README says, and leaves nothing running", async () => {
    const blocks = [...readFileSync(join(here, "README.md"), "utf8").matchAll(/```sh\n(.*?)```/gs)];
    const block = (words: string) => blocks.find(([, text]) => text?.includes(words))?.[1] ?? "";
    const line = block("--data ~/cloud")
      .split("\n")
      .find((text) => text.includes("api-only"));
    const env = { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, ".cache") };
    const cloud = spawn("bash", ["-c", `exec ${line}`], {
      cwd: directory,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(cloud, "exit");
    try {
      const lines = createInterface({ input: cloud.stdout });
      const [said] = await Promise.race([once(lines, "line"), ended.then(() => ["it ended"])]);
      expect(said).to.match(/^listening at/);
      const script = `set -euo pipefail; cd '${directory}'\n${block("control ~/cloud env")}${block("call()")}${block("conformance")}`;
      const { code, output } = await run("bash", ["-c", script], env as Record<string, string>);
      expect(code, output).to.equal(0);
      expect(output).to.contain("0 differences");
      expect(output).to.contain('"servers":[{').and.contain('"name":"web"');
    } finally {
      process.kill(-(cloud.pid as number), "SIGINT"); // Ctrl-C: npx, and what it runs
      await ended;
    }
    expect(() => process.kill(-(cloud.pid as number), 0)).to.throw("ESRCH");
    expect(JSON.parse(readFileSync(join(home, "cloud/cloud.json"), "utf8")).pid).to.equal(null);
  });
});
