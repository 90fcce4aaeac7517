import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Registry } from "../image/registry.ts";
import { Clone } from "../support/clone.ts";
import { amount, drawn } from "../support/sample.ts";
import { provideBase } from "./bases.ts";
import { Container } from "./container.ts";
import { basesOf, blocks, fixtureOf, type Kind, kinds, replaceApp } from "./page.ts";

describe("the page about one's own app", () => {
  it("has each fixture's Dockerfile, and the settings of its server, word for word", () => {
    const read = (kind: Kind, file: string) => readFileSync(join(fixtureOf(kind), file), "utf8");
    const dockerfiles = kinds.map((kind) => read(kind, "Dockerfile"));
    expect(blocks("dockerfile").slice(0, kinds.length)).to.deep.equal(dockerfiles);
    expect(blocks("nginx")).to.deep.equal([read("static", "nginx.conf")]);
  });
});

describe("an app in place of server/, as the page says,", () => {
  let parent: string;
  let clone: Clone;
  let registry: Registry;
  let first: string;

  before(async () => {
    parent = mkdtempSync(join(tmpdir(), "onebox-apps-"));
    mkdirSync(join(parent, "clone"));
    clone = new Clone(join(parent, "clone"));
    first = clone.git("rev-parse", "HEAD");
    registry = new Registry();
    await registry.ready();
  });
  after(() => {
    registry.remove();
    rmSync(parent, { recursive: true });
  });

  /** Builds and pushes as for a real cloud. */
  async function build(kind: Kind): Promise<string> {
    const config = join(parent, "hetzner.config.ts");
    const own = join(clone.directory, "onebox.config.ts");
    const hetzner = {
      domain: "shop.test",
      repository: `${registry.host}/acme/${kind}`,
      state: { bucket: "acme-state", location: "nbg1" },
    };
    const lines = [
      `import base from ${JSON.stringify(own)};`,
      `export default { ...base, cloud: "hetzner", hetzner: ${JSON.stringify(hetzner)} };`,
    ];
    writeFileSync(config, lines.join("\n"));
    const env = { REGISTRY_USER: registry.user, REGISTRY_PASSWORD: registry.password };
    const run = await clone.run("image.sh", ["--config", config], { env });
    expect(run.code, run.output).to.equal(0);
    return run.stdout.trim();
  }

  for (const kind of drawn("ONEBOX_APPS", kinds)) {
    it(`${kind}: is built, runs with an app's limits, and ends when it is told to`, async () => {
      rmSync(join(parent, "your-app"), { recursive: true, force: true });
      clone.git("reset", "--quiet", "--hard", first);
      clone.git("clean", "-ffdq");
      replaceApp(clone, kind);
      if (!existsSync(join(clone.directory, "node_modules"))) clone.lendPackages();
      for (const base of basesOf(kind)) provideBase(base);
      const image = await build(kind);
      registry.logIn(parent);
      const env = { ...process.env, DOCKER_CONFIG: parent };
      execFileSync("docker", ["pull", "--quiet", image], { env, stdio: "pipe" });
      const container = new Container(image);
      try {
        expect(await container.ask("/up")).to.deep.equal({ status: 200, text: "ok\n" });
        expect((await container.ask("/")).text).to.include(`hello from ${kind}`);
        expect(container.stop()).not.to.equal(137);
      } finally {
        container.remove();
        execFileSync("docker", ["image", "rm", "--force", image], { stdio: "pipe" });
      }
    });
  }

  it("leaves lint and types as they were, whatever the app's own style is", () => {
    clone.write("app/ugly.ts", 'const  x:number= "a"\n');
    const bin = (name: string) => join(clone.directory, "node_modules/.bin", name);
    for (const command of [
      ["biome", "check", "."],
      ["tsc", "--noEmit"],
    ]) {
      const [name = "", ...args] = command;
      const { status, stdout, stderr } = spawnSync(bin(name), args, { cwd: clone.directory });
      expect(status, `${stdout}${stderr}`).to.equal(0);
    }
  });

  // Each file of the unit tests asks for what it needs as it is read; all of them run where all kinds are built.
  if (amount("ONEBOX_APPS", kinds.length) < kinds.length) {
    it("leaves the unit tests such that they can begin", () => {
      const mocha = join(clone.directory, "node_modules/.bin/mocha");
      const how = ["--no-config", "--dry-run", "test/unit/**/*.test.ts", "--reporter", "dot"];
      const run = spawnSync(mocha, how, { cwd: clone.directory, encoding: "utf8" });
      expect(run.status, `${run.stdout}${run.stderr}`).to.equal(0);
      expect(run.stdout).to.match(/^ +[1-9]\d* passing/m);
    });
  } else {
    it("leaves scripts/test.sh --fast green, which says what it leaves out", async function () {
      this.timeout(3_600_000);
      const { code, output } = await clone.run("test.sh", ["--fast"]);
      expect(code, output).to.equal(0);
      expect(output).to.match(
        /^left out, because they test with server\/, and onebox\.config\.ts names another app: server$/m,
      );
      expect(output).to.match(/ ends: unit, [1-9]\d* passed, 0 failed, /);
    });
  }

  it("ends npm run dev with the reason, and not with a stack trace", async () => {
    const { code, output } = await clone.run("dev.sh");
    expect(code, output).to.equal(2);
    expect(output).to.match(/^dev\.sh: this runs server\/, which is not here any more; /m);
  });
});
