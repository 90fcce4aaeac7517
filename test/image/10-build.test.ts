import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ImageContents, type PlatformImage } from "../../cli/image/contents.ts";
import { parseReference } from "../../cli/registry/reference.ts";
import { Workshop } from "./workshop.ts";

describe("the image of a commit", () => {
  const planted = "canary-planted-0123456789";
  let workshop: Workshop;
  let image: string;
  const open = (name: string) =>
    new ImageContents(parseReference(name), { basic: workshop.registry.basic });

  before(() => {
    workshop = new Workshop();
    const { clone } = workshop;
    // What git ignores lies about in every clone; one of these has a name that the builder would take.
    for (const file of [
      ".env",
      ".env.prod",
      "server/.env",
      "server/secret.ts",
      "node_modules/a.ts",
    ]) {
      clone.write(file, `export const password = "${planted}";\n`);
    }
    const ignored = join(clone.directory, ".git/info/exclude");
    execFileSync("sh", ["-c", `echo server/secret.ts >>'${ignored}'`]);
    // And these are in git, but nobody's business.
    for (const file of ["server/test/fixture.ts", "server/.npmrc", "id_ed25519"]) {
      clone.write(file, `// ${planted}\n`);
    }
    clone.commit("Plant secrets");
  });
  after(() => workshop.remove());

  it("is built from what git has and Dockerfile.dockerignore lets through: nothing else reaches the builder", async () => {
    const { stdout } = await workshop.image("acme/app", ["--context"]);
    const listed = stdout.trim().split("\n");
    const wanted = workshop.clone
      .git("ls-files")
      .split("\n")
      .filter((file) =>
        /^(package(-lock)?\.json|(emulator|providers\/hcloud|server)\/package\.json|server\/((migrations|routes)\/)?[^/]+\.ts)$/.test(
          file,
        ),
      );
    expect(listed).to.deep.equal(wanted.sort());
    expect(listed).to.include("server/main.ts").and.not.include("server/secret.ts");
  });

  it("is pushed to a private registry and named by its digest; commit and branch are tags", async () => {
    const { stdout } = await workshop.image("acme/app", ["--branch", "feature/new text"]);
    image = stdout.trim();
    const name = `${workshop.registry.host}/acme/app`;
    expect(image).to.match(new RegExp(`^${name}@sha256:[0-9a-f]{64}$`));
    const commit = workshop.clone.git("rev-parse", "HEAD");
    for (const tag of [commit, "feature-new-text"]) {
      const [found] = await open(`${name}:${tag}`).platforms();
      expect(found?.digest, tag).to.equal(image.split("@")[1]);
    }
  });

  it("is the same, to the digest, when it is built again from nothing", async () => {
    const { clone } = workshop;
    const { directory } = clone;
    execFileSync("sh", ["-c", "find server -type f -exec touch {} + -exec chmod 0600 {} +"], {
      cwd: directory,
    });
    const again = await workshop.image("acme/again", [], workshop.withoutCache());
    expect(again.output).to.include("built and pushed");
    expect(again.stdout.trim().split("@")[1]).to.equal(image.split("@")[1]);
  }).timeout(300_000);

  it("holds no planted secret in any layer, label or variable", async () => {
    const contents = open(image);
    const [found] = (await contents.platforms()) as [PlatformImage];
    const paths: string[] = [];
    for (const layer of found.layers) {
      for (const { path, content } of await contents.files(layer)) {
        paths.push(path);
        expect(content?.includes(planted) ?? false, path).to.equal(false);
      }
    }
    expect(paths).to.include("app/server/main.ts");
    expect(JSON.stringify(found)).not.to.include(planted);
  });

  it("is described: size, layers, labels, user and packages, without running it", async () => {
    const { stdout } = await workshop.image("acme/app", ["--describe", image, "--json"]);
    const [described] = JSON.parse(stdout);
    const { dependencies } = JSON.parse(
      readFileSync(join(workshop.clone.directory, "server/package.json"), "utf8"),
    );
    const { koa: version } = dependencies;
    expect(described.packages).to.deep.include({ kind: "npm", name: "koa", version });
    expect(described.packages.map(({ kind }: { kind: string }) => kind)).to.include("deb");
    expect(described.user).to.equal("node");
    expect(described.labels).to.include({
      "org.opencontainers.image.revision": workshop.clone.git("rev-parse", "HEAD"),
      "org.opencontainers.image.licenses": "MIT",
    });
    expect(Object.keys(described.labels)).to.include.members(
      ["created", "description", "title"].map((name) => `org.opencontainers.image.${name}`),
    );
    const base = described.layers.length - 2;
    const own = described.layers.slice(base) as { size: number }[];
    expect(own.reduce((sum, { size }) => sum + size, 0)).to.be.below(10e6);
    const text = (await workshop.image("acme/app", ["--describe", image])).stdout;
    expect(text).to.match(/^[\d.]+ MB compressed, \d+ layers, \d+ packages, runs as node$/m);
    expect(text).to.match(new RegExp(`^npm +koa +${version}$`, "m"));
  });

  it("has no program for one processor only above its base", async () => {
    const contents = open(image);
    const [found] = (await contents.platforms()) as [PlatformImage];
    for (const layer of found.layers.slice(-2)) {
      for (const { path, content } of await contents.files(layer)) {
        const magic = content?.subarray(0, 4).toString("latin1");
        expect(magic === "\x7fELF" || path.endsWith(".node"), path).to.equal(false);
      }
    }
  });
});
