import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Clone } from "../support/clone.ts";
import { plantCanaries, readSecrets } from "../support/secrets.ts";

describe("the git hooks", () => {
  let clone: Clone;
  let first: string;
  before(() => {
    clone = new Clone();
    clone.lendPackages();
    first = clone.git("rev-parse", "HEAD");
  });
  beforeEach(async () => {
    clone.git("reset", "--quiet", "--hard", first);
    clone.git("clean", "-ffdqx", "-e", "node_modules", "-e", ".onebox");
    expect((await clone.run("hooks.sh", ["install"])).code).to.equal(0);
  });
  after(() => clone.remove());

  /** Stages the files and commits. */
  function commit(...files: string[]) {
    clone.git("add", "--force", ...files);
    const args = ["commit", "--quiet", "--no-gpg-sign", "--message", "Try"];
    return spawnSync("git", args, { cwd: clone.directory, encoding: "utf8" });
  }
  const append = (file: string, text: string) =>
    clone.write(file, readFileSync(join(clone.directory, file), "utf8") + text);

  it("let an ordinary commit pass", () => {
    append("server/page.ts", "\n// A remark.\n");
    append("scripts/logs.sh", "\n# A remark.\n");
    const { status, stderr } = commit("server/page.ts", "scripts/logs.sh");
    expect(status, stderr).to.equal(0);
  });

  it("refuse TypeScript that Biome would not have, and shell that ShellCheck or shfmt would not", () => {
    append("server/page.ts", "export const  x = 'y'\n");
    expect(commit("server/page.ts")).to.deep.include({ status: 1 });
    clone.git("reset", "--quiet", "--hard");
    append("scripts/logs.sh", "\necho $1\n");
    expect(commit("scripts/logs.sh").stderr).to.include("SC2086");
    clone.git("reset", "--quiet", "--hard");
    append("host/edge/traefik.sh", "x() {\n      :\n}\n");
    expect(commit("host/edge/traefik.sh").stderr).to.include("+  :");
  });

  it("look at what is staged, not at what lies beside it", () => {
    append("server/page.ts", "\n// A remark.\n");
    clone.git("add", "server/page.ts");
    append("server/page.ts", "export const  x = 'y'\n");
    append("server/links.ts", "export const  x = 'y'\n");
    const args = ["commit", "--quiet", "--no-gpg-sign", "--message", "Try"];
    const { status, stderr } = spawnSync("git", args, { cwd: clone.directory, encoding: "utf8" });
    expect(status, stderr).to.equal(0);
  });

  it("refuse a decrypted secret: the file, one of its values elsewhere, a key", () => {
    plantCanaries(clone);
    clone.commit("Plant");
    const files = readSecrets(clone);
    for (const [name, text] of Object.entries(files)) clone.write(name, text);
    const password = /^POSTGRES_PASSWORD=(.*)$/m.exec(files[".env.stage"] ?? "")?.[1] ?? "";
    const key = /^DEPLOY_KEY=(.*)$/m.exec(files[".env"] ?? "")?.[1] ?? "";

    clone.write("notes.md", `The password is ${password}.\n`);
    clone.write("key", Buffer.from(key, "base64").toString());
    const { status, stderr } = commit(".env", ".env.stage", "notes.md", "key");
    expect(status).to.equal(1);
    for (const line of [
      ".env is a secret in plain text; run: git restore --staged .env",
      ".env.stage is a secret in plain text; run: git restore --staged .env.stage",
      "notes.md holds the value of POSTGRES_PASSWORD from .env.stage",
      "key holds a private key",
    ]) {
      expect(stderr).to.include(`pre-commit: ${line}\n`);
    }
    expect(stderr).not.to.include(password);
    clone.git("reset", "--quiet");
    expect(clone.git("status", "--porcelain")).not.to.include(".env");
  });

  it("let the encrypted files and the practice identity pass", () => {
    plantCanaries(clone);
    append(".gitsecret/practice.asc", "\n");
    const { status, stderr } = commit(".env.gpg", ".env.stage.gpg", ".gitsecret/practice.asc");
    expect(status, stderr).to.equal(0);
  });

  it("are gone when they are removed, and leave other people's hooks alone", async () => {
    expect((await clone.run("hooks.sh", ["remove"])).code).to.equal(0);
    append("server/page.ts", "export const  x = 'y'\n");
    expect(commit("server/page.ts").status).to.equal(0);
    clone.git("config", "core.hooksPath", ".husky");
    for (const command of ["install", "remove"]) {
      expect((await clone.run("hooks.sh", [command])).code).to.equal(2);
    }
    expect(clone.git("config", "core.hooksPath")).to.equal(".husky");
  });
});
