import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { configWith } from "../fixtures/valid-config.ts";
import { Clone, type RunOptions } from "../support/clone.ts";
import { leftSecrets } from "../support/left-secrets.ts";

const base = "node:24.21.0-trixie-slim";

describe("a build that does not end well", () => {
  const directory = mkdtempSync(join(tmpdir(), "onebox-ways-"));
  const config = join(directory, "onebox.config.ts");
  let clone: Clone;

  before(() => {
    clone = new Clone();
    clone.lendPackages();
    const state = { bucket: "acme-state", location: "nbg1" } as const;
    const hetzner = { domain: "shop.test", repository: "ghcr.io/acme/app", state };
    const content = configWith({ cloud: "hetzner", registry: "none", hetzner });
    writeFileSync(config, `export default ${JSON.stringify(content)};`);
  });
  after(() => {
    clone.remove();
    rmSync(directory, { recursive: true });
  });

  /** Builds with the given lines as Dockerfile, then looks at what is left of the run. */
  async function build(lines: string[], options: RunOptions = {}) {
    clone.write("server/Dockerfile", `${lines.join("\n")}\n`);
    const env = { REGISTRY_USER: "nobody", REGISTRY_PASSWORD: "nothing" };
    const args = ["--config", config];
    const before = leftSecrets();
    const run = await clone.run("image.sh", args, { ...options, env });
    const filter = `label=onebox.images=${clone.directory}`;
    const registries = execFileSync("docker", ["ps", "--all", "--quiet", "--filter", filter]);
    expect(registries.toString(), run.output).to.equal("");
    const runs = readdirSync(join(clone.directory, ".onebox")).filter((name) =>
      /^run\./.test(name),
    );
    expect(runs, run.output).to.deep.equal([]);
    expect(before, run.output).to.include.members(leftSecrets());
    return run;
  }

  it("says why in its step, when it fails at once", async () => {
    const { code, output, stdout } = await build([`FROM ${base}`, "RNU true"]);
    expect(code, output).to.equal(1);
    expect(output).to.match(/^ {4}.*unknown instruction: RNU$/m);
    expect(output).to.match(/^image\.sh: step "image" failed; the whole output: \S+$/m);
    expect(stdout).to.equal("");
  });

  it("says why when a command in it fails", async () => {
    const { code, output } = await build([
      `FROM ${base}`,
      "RUN echo 'fatal: no such thing' && exit 9",
    ]);
    expect(code, output).to.equal(1);
    expect(output).to.match(/^ {4}.*fatal: no such thing/m);
  });

  it("leaves nothing behind after Ctrl-C", async () => {
    let sent = false;
    const watch: RunOptions["watch"] = (text, kill) => {
      if (sent || !text.includes("… image")) return;
      sent = true;
      kill("SIGINT");
    };
    const { code, output } = await build([`FROM ${base}`, "RUN sleep 100"], { watch });
    expect(code, output).to.equal(130);
    expect(output).to.match(/^image\.sh: interrupted in step "image"; run it again to go on$/m);
    const left = execFileSync("ps", ["-eo", "args"]).toString().split("\n");
    expect(left.filter((line) => line.includes(clone.directory))).to.deep.equal([]);
  });

  it("is refused where git has no Dockerfile, although one lies there", async () => {
    appendFileSync(join(clone.directory, ".git/info/exclude"), "server/Dockerfile\n");
    clone.git("rm", "--quiet", "--cached", "-f", "server/Dockerfile");
    const { code, output } = await build([`FROM ${base}`]);
    expect(code, output).to.equal(2);
    expect(output).to.match(/^image\.sh: git has no server\/Dockerfile in [0-9a-f]{7}-dirty: .*$/m);
  });
});
