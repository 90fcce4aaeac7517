import { expect } from "chai";
import { RefusedError } from "../../../cli/errors.ts";
import { Git } from "../../../cli/git/git.ts";
import {
  checkedOut,
  currentBranch,
  namedTree,
  treeOf,
  treeOfBranch,
} from "../../../cli/git/tree.ts";
import { isoSeconds } from "../../../cli/image/labels.ts";
import type { Processes } from "../../../cli/processes.ts";

const commit = "1".repeat(40);
const tree = "2".repeat(40);

type Answers = Record<string, string | { code: number; stderr: string }>;

/** Git that answers by the first word of a command that it knows, or with nothing. */
function gitThat(answers: Answers) {
  const asked: string[] = [];
  const run = async (_: string, args: string[]) => {
    const line = args.slice(args.indexOf("color.ui=false") + 1).join(" ");
    asked.push(line);
    const known = Object.keys(answers).find((start) => line.startsWith(start));
    const answer = known === undefined ? "" : answers[known];
    return typeof answer === "object"
      ? { ...answer, stdout: "" }
      : { code: 0, stdout: `${answer}\n`, stderr: "" };
  };
  return { asked, git: new Git("/clone", { run } as unknown as Processes) };
}

const no = { code: 1, stderr: "" };
const top = { "rev-parse --is-inside-work-tree": "true\n" };
const head = { ...top, "rev-parse --verify": commit, log: "1767225600" };

describe("the tree of an image", () => {
  it("is a commit's, by its full name and time", async () => {
    const found = await treeOf(gitThat(head).git, "HEAD");
    expect(found).to.include({ commit, tree: commit, tag: commit, epoch: 1_767_225_600 });
    expect(await treeOf(gitThat({ "rev-parse": no }).git, "v1")).to.equal(undefined);
  });

  it("is asked for so that no name of a commit can be an option", async () => {
    const { git, asked } = gitThat(head);
    await treeOf(git, "--output=x");
    expect(asked[0]).to.match(/ --end-of-options --output=x\^\{commit\}$/);
  });

  it("of a commit or a branch that git does not have is refused with what may bring it", async () => {
    const { git } = gitThat({ "rev-parse": no });
    const named = await namedTree(git, "v9").catch((e) => e);
    expect(named).to.be.instanceOf(RefusedError);
    expect(named.message).to.equal('--commit needs a commit that git has, not "v9"');
    const branch = await treeOfBranch(git, "fix").catch((e) => e);
    expect(branch.message).to.equal(
      'there is no branch "fix" here or at origin; git fetch may bring it',
    );
  });

  it("of a branch is that at origin where there is none here", async () => {
    const { git, asked } = gitThat({
      "rev-parse --verify --quiet --end-of-options refs/heads/": no,
      ...head,
    });
    expect((await treeOfBranch(git, "fix")).commit).to.equal(commit);
    expect(asked[0]).to.equal("check-ref-format refs/heads/fix");
    expect(asked[2]).to.include("refs/remotes/origin/fix^{commit}");
  });

  it("is no branch's where the name is an expression, or no branch's own", async () => {
    const { git, asked } = gitThat({ ...head, "check-ref-format": no });
    const error = await treeOfBranch(git, "main~1\n✓").catch((e) => e);
    expect(error).to.be.instanceOf(RefusedError);
    expect(error.message).to.equal('"main~1?✓" is no name of a branch');
    expect(asked).to.have.length(1);
    const known = await treeOfBranch(gitThat(head).git, "HEAD").catch((e) => e);
    expect(known.message).to.equal('"HEAD" is no name of a branch');
  });

  it("has a date that an image's labels can tell", async () => {
    for (const log of ["253402300800", "99999999999999", "-5", ""]) {
      const error = await treeOf(gitThat({ ...head, log }).git, "HEAD").catch((e) => e);
      expect(error, log).to.be.instanceOf(RefusedError);
      expect(error.message).to.match(
        /^commit 1{7} has no date from 1970 to 9999; git commit --amend/,
      );
    }
    const found = await treeOf(gitThat({ ...head, log: "253402300799" }).git, "HEAD");
    expect(isoSeconds(found?.epoch ?? 0)).to.equal("9999-12-31T23:59:59Z");
  });

  it("is not that of a repository around this one, nor of another place", async () => {
    for (const [answer, reason] of [
      [
        "true\napps/shop/",
        /^this is the folder apps\/shop\/ of another git repository; .*: git init$/,
      ],
      ["false\n", /^git has no work tree here: /],
    ] as const) {
      const answers = { ...head, "rev-parse --is-inside-work-tree": answer };
      const error = await checkedOut(gitThat(answers).git, "/index").catch((e) => e);
      expect(error).to.be.instanceOf(RefusedError);
      expect(error.message).to.match(reason);
    }
  });

  it("that is checked out is the commit's where nothing differs", async () => {
    const found = await checkedOut(gitThat(head).git, "/index");
    expect(found).to.include({ commit, tag: commit }).and.to.deep.include({ warnings: [] });
  });

  it("that differs has a name of its own, and names what submodules keep back", async () => {
    const { git } = gitThat({
      ...head,
      "status ": `1 .M S.M. 160000 160000 160000 ${commit} ${commit} lib\0`,
      "write-tree": tree,
    });
    const found = await checkedOut(git, "/index");
    expect(found).to.include({ commit: `${commit}-dirty`, tree, tag: `dirty-${tree}` });
    expect(found.warnings).to.deep.equal([
      'what is not committed in the submodule "lib" is not in the image',
    ]);
  });

  it("is refused in the midst of a merge, whose marks would get into the image", async () => {
    const modes = "100644 100644 100644 100644";
    const unmerged = `u UU N... ${modes} ${commit} ${commit} ${commit} a.html\0`;
    const { git, asked } = gitThat({ ...head, "status ": unmerged });
    const error = await checkedOut(git, "/index").catch((e) => e);
    expect(error).to.be.instanceOf(RefusedError);
    expect(error.message).to.match(/^"a\.html" is in conflict: /);
    expect(asked.some((line) => line.startsWith("add "))).to.equal(false);
  });

  it("is refused where there is no commit", async () => {
    const error = await checkedOut(gitThat({ "rev-parse": no }).git, "/index").catch((e) => e);
    expect(error).to.be.instanceOf(RefusedError);
    expect(error.message).to.include("not a git checkout with a commit");
  });

  it("belongs to no branch where none is checked out", async () => {
    expect(await currentBranch(gitThat({ "symbolic-ref": no }).git)).to.equal(undefined);
    expect(await currentBranch(gitThat({ "symbolic-ref": "main" }).git)).to.equal("main");
  });
});
