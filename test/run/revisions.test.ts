import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { forgetRepository, Revisions } from "./revisions.ts";

describe("what has changed", () => {
  let directory: string;
  let revisions: Revisions;
  const git = (...args: string[]) => {
    const who = ["-c", "user.name=Ada", "-c", "user.email=ada@onebox.invalid"];
    return execFileSync("git", ["-C", directory, ...who, ...args], { stdio: "pipe" })
      .toString()
      .trim();
  };
  const commit = (file: string) => {
    writeFileSync(join(directory, file), `${Math.random()}`);
    git("add", "--all");
    git("commit", "--quiet", "--no-gpg-sign", "--message", file);
    return git("rev-parse", "HEAD");
  };

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "onebox-revisions-"));
    git("init", "--quiet", "--initial-branch", "main");
    revisions = new Revisions(directory);
  });
  after(() => rmSync(directory, { recursive: true }));

  it("cannot be told of the first commit", () => {
    commit("first");
    expect(() => revisions.base()).to.throw("HEAD has no parent");
  });

  it("is what differs from the commit before, where no branch has left origin/main", () => {
    const first = revisions.head();
    commit("second");
    expect(revisions.base()).to.equal(first);
    git("update-ref", "refs/remotes/origin/main", "HEAD");
    expect(revisions.base()).to.equal(first);
  });

  it("is what differs from where the branch has left origin/main, what git does not follow included", () => {
    const left = revisions.head();
    commit("third");
    commit("fourth\n"); // git would quote such a name
    writeFileSync(join(directory, "first"), "changed");
    writeFileSync(join(directory, "new"), "");
    writeFileSync(join(directory, " new"), ""); // the first of a list, which nothing may trim
    rmSync(join(directory, "second"));
    expect(revisions.base()).to.equal(left);
    const files = ["first", "second", "third", "fourth\n", "new", " new"];
    expect(revisions.changedSince(left)).to.have.members(files);
  });

  it("is told by a number of all files that git does not ignore", () => {
    const digest = () => revisions.digest(() => true);
    const before = digest();
    expect(digest()).to.equal(before);
    writeFileSync(join(directory, "new"), "has changed");
    const changed = digest();
    writeFileSync(join(directory, ".gitignore"), "ignored\n");
    const fresh = digest();
    writeFileSync(join(directory, "ignored"), "");
    expect(digest()).to.equal(fresh);
    chmodSync(join(directory, "new"), 0o755);
    expect(new Set([before, changed, fresh, digest()])).to.have.length(4);
  });

  it("is told of some files by a number that no other file changes, nor a commit of others", () => {
    const digest = () => revisions.digest((file) => file.startsWith("own/"));
    mkdirSync(join(directory, "own"));
    commit("own/first");
    commit("own/second\n");
    const before = digest();
    commit("third");
    writeFileSync(join(directory, "first"), "changed again");
    expect(digest()).to.equal(before);
    writeFileSync(join(directory, "own/fresh"), "");
    const fresh = digest();
    commit("own/first");
    const committed = digest();
    rmSync(join(directory, "own/second\n"));
    expect(new Set([before, fresh, committed, digest()])).to.have.length(4);
  });

  it("is compared with no commit that does not exist", () => {
    expect(revisions.commit("HEAD~1")).to.match(/^[0-9a-f]{40}$/);
    expect(() => revisions.commit("nowhere")).to.throw(
      "--changed nowhere: git knows no such commit",
    );
  });

  it("is looked for here, not in the repository whose hook has called", () => {
    const environment = { GIT_DIR: "/nowhere", GIT_INDEX_FILE: "/nowhere/index", HOME: "/home/me" };
    const settings = { GIT_CONFIG_COUNT: "0", GIT_AUTHOR_NAME: "me" };
    const all: NodeJS.ProcessEnv = { ...environment, ...settings };
    forgetRepository(all);
    expect(all).to.deep.equal({ HOME: "/home/me", ...settings });
  });
});
