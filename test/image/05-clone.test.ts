import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { Clone, type Run } from "../support/clone.ts";

/** A commit whose signature nobody can check, as git then says in a line of its own. */
function sign(clone: Clone): void {
  const [head = "", ...text] = clone.git("cat-file", "commit", "HEAD").split("\n\n");
  const armour = [
    "-----BEGIN PGP SIGNATURE-----",
    "",
    "bm90aGluZw==",
    "-----END PGP SIGNATURE-----",
  ];
  const signature = `gpgsig ${armour.join("\n ")}`;
  const input = `${head}\n${signature}\n\n${text.join("\n\n")}\n`;
  const options = { cwd: clone.directory, input };
  const commit = execFileSync("git", ["hash-object", "-t", "commit", "-w", "--stdin"], options);
  clone.git("reset", "--quiet", "--soft", commit.toString().trim());
}

describe("an image's files, whatever the clone and the caller's environment are like", () => {
  let parent: string;
  let clone: Clone;
  let usual: string;

  const context = (env: Record<string, string> = {}, of: Clone = clone): Promise<Run> =>
    of.run("image.sh", ["--context"], { env: { GIT_CONFIG_GLOBAL: "/dev/null", ...env } });
  const listed = async (env?: Record<string, string>, of?: Clone): Promise<string> => {
    const run = await context(env, of);
    expect(run.code, run.output).to.equal(0);
    return run.stdout;
  };
  /** The run must end with one line, before anything was started. */
  const refused = async (line: RegExp): Promise<void> => {
    const { code, output } = await context();
    expect(code, output).to.equal(2);
    expect(output).to.match(line);
    expect(output.trim().split("\n"), output).to.have.length(1);
  };

  before(async () => {
    parent = mkdtempSync(join(tmpdir(), "onebox tëst-"));
    mkdirSync(join(parent, "a clone"));
    clone = new Clone(join(parent, "a clone"));
    clone.lendPackages();
    usual = await listed();
    expect(usual).to.match(/^server\/main\.ts$/m);
  });
  after(() => rmSync(parent, { recursive: true }));
  afterEach(() => {
    clone.git("reset", "--quiet", "--hard");
    clone.git("clean", "-ffdq"); // node_modules and .onebox are ignored
  });

  it("are the same with signed commits, and with what a caller's environment may hold", async () => {
    sign(clone);
    const config = join(parent, "config");
    const settings = { "log.showSignature": "true", "core.autocrlf": "true", "color.ui": "always" };
    for (const [key, value] of Object.entries(settings))
      clone.git("config", "-f", config, key, value);
    const env = {
      ...{ GIT_CONFIG_GLOBAL: config, GIT_DIR: "/nowhere", GIT_INDEX_FILE: "/nowhere/index" },
      ...{
        CDPATH: parent,
        TAR_OPTIONS: "--exclude=*",
        POSIXLY_CORRECT: "1",
        LC_ALL: "de_DE.UTF-8",
      },
    };
    expect(await listed(env)).to.equal(usual);
  });

  it("are the same in a worktree, and of a commit that is not checked out", async () => {
    const directory = join(parent, "a worktree");
    clone.git("worktree", "add", "--quiet", "--detach", directory);
    const worktree = new Clone(clone.directory);
    const other = Object.assign(Object.create(worktree), { directory }) as Clone;
    other.lendPackages();
    expect(await listed({}, other)).to.equal(usual);
    clone.git("worktree", "remove", "--force", directory);
  });

  it("hold a submodule's, and one that is not here is named", async () => {
    const library = new Clone(mkdtempSync(join(parent, "library-")));
    clone.git(
      "-c",
      "protocol.file.allow=always",
      "submodule",
      "--quiet",
      "add",
      library.directory,
      "lib",
    );
    const list = "server/Dockerfile.dockerignore";
    const rules = readFileSync(join(clone.directory, list), "utf8");
    clone.write(list, `${rules}!lib/package.json\n`);
    expect((await listed()).split("\n")).to.include("lib/package.json");
    clone.write("lib/package.json", "{}");
    const changed = await context();
    expect(changed.output).to.include(
      '! what is not committed in the submodule "lib" is not in the image',
    );
    rmSync(join(clone.directory, "lib"), { recursive: true });
    mkdirSync(join(clone.directory, "lib"));
    const { output, stdout } = await context();
    expect(output).to.match(/! the submodule "lib" is not here, .*: git submodule update --init/);
    expect(stdout).to.equal(usual);
    clone.git("rm", "--quiet", "--cached", "-f", "lib");
  });

  it("are the same detached, and in a shallow clone", async () => {
    const branch = clone.git("branch", "--show-current");
    clone.git("checkout", "--quiet", "--detach");
    expect(await listed()).to.equal(usual);
    clone.git("checkout", "--quiet", branch);
    clone.write("README.md", "another one\n"); // not in the image
    clone.commit("Have something that a shallow clone lacks");
    const directory = join(parent, "a shallow clone");
    const from = pathToFileURL(clone.directory).href;
    clone.git("clone", "--quiet", "--depth", "1", from, directory);
    const shallow = new Clone(directory);
    expect(shallow.git("rev-parse", "--is-shallow-repository")).to.equal("true");
    shallow.lendPackages();
    expect(await listed({}, shallow)).to.equal(usual);
  });

  it("hold what is committed in a repository inside, and the rest of it is named", async () => {
    const nested = join(clone.directory, "nested");
    const own = (...args: string[]) => execFileSync("git", args, { cwd: nested });
    mkdirSync(nested);
    own("init", "--quiet");
    clone.write("nested/committed", "");
    own("add", "committed");
    const author = ["-c", "user.name=you", "-c", "user.email=you@shop.test"];
    own(...author, "commit", "--quiet", "--no-gpg-sign", "--message", "Begin");
    clone.write("nested/new", "");
    const rules = readFileSync(join(clone.directory, "server/Dockerfile.dockerignore"), "utf8");
    clone.write("server/Dockerfile.dockerignore", `${rules}!nested\n`);
    const { code, stdout, output } = await context();
    expect(code, output).to.equal(0);
    expect(stdout)
      .to.match(/^nested\/committed$/m)
      .and.not.to.match(/^nested\/new$/m);
    expect(output).to.include(
      'what is not committed in the submodule "nested" is not in the image',
    );
  });

  it("are refused where git may not read one", async () => {
    clone.write("a secret", "");
    chmodSync(join(clone.directory, "a secret"), 0);
    const rights = "-dac_override,-dac_read_search";
    const without = [`--bounding-set=${rights}`, `--inh-caps=${rights}`]; // root may read everything else
    const script = join(clone.directory, "scripts/image.sh");
    const call = process.getuid?.() === 0 ? ["setpriv", ...without, script] : [script];
    const [program = "", ...args] = call;
    const options = { cwd: clone.directory, encoding: "utf8" as const };
    const { status, stdout, stderr } = spawnSync(program, [...args, "--context"], options);
    expect(status, stderr).to.equal(2);
    expect(stdout).to.equal("");
    expect(stderr).to.match(/^image\.sh: git may not read "a secret", .*: make it readable, .*\n$/);
  });

  it("are refused where a repository inside has no commit", async () => {
    const nested = join(clone.directory, "nested");
    mkdirSync(nested);
    execFileSync("git", ["init", "--quiet"], { cwd: nested });
    clone.write("nested/file", "");
    await refused(/^image\.sh: "nested" is a git repository of its own without a commit: /);
  });

  it("are refused in somebody else's clone, which git does not trust", async () => {
    chownSync(clone.directory, 12_345, 12_345);
    chmodSync(clone.directory, 0o755);
    try {
      await refused(/^image\.sh: git does not trust this clone, .* safe\.directory '.*a clone'$/m);
    } finally {
      chownSync(clone.directory, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
    }
  });

  it("are refused where nothing was committed yet, and where there is no repository", async () => {
    const line =
      /^image\.sh: this is not a git checkout with a commit; images are named by commits$/m;
    const git = join(clone.directory, ".git");
    const head = readFileSync(join(git, "HEAD"), "utf8");
    clone.git("symbolic-ref", "HEAD", "refs/heads/nothing-yet");
    await refused(line);
    clone.git("symbolic-ref", "HEAD", head.replace("ref: ", "").trim());
  });
});
