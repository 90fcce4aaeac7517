import { type Command, Option } from "commander";
import { nameVersion, type Version } from "../ci/version-notes.ts";
import { RefusedError } from "../errors.ts";
import { Git } from "../git/git.ts";
import { loadProject } from "../project.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";

const notes = `
Exit codes: 0 done; 1 failed; 2 wrong usage, nothing new, or a commit that its branch's remote lacks.`;

interface Options extends CommonOptions {
  push?: boolean;
  print?: boolean;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("patch|minor|major|VERSION [options]")
    .argument("[version]", "patch, minor, major, or one such as 1.4.0")
    .option(
      "--push",
      'push the tag too; with release: "tag" in onebox.config.ts that releases prod',
    )
    .addOption(
      new Option("--print", "only print version and text; nothing is made").conflicts("push"),
    )
    .addHelpText("after", notes)
    .action((wish: string | undefined, { push, print, ...options }: Options) => {
      if (wish === undefined) {
        throw new RefusedError("name the version: patch, minor, major, or one such as 1.4.0");
      }
      return withSession(invocation, options, async (session) => {
        const git = new Git(session.root, session.processes);
        const { config } = await loadProject(session.root, session.configFile);
        const version = await nameVersion(git, config, wish);
        if (print) return session.print(textOf(version));
        if (push) await needRemote(git);
        await tag(git, version);
        session.print(`${textOf(version)}\n`);
        if (push) await git.run(["push", "--quiet", "origin", `refs/tags/${version.name}`]);
        else session.print(`next: git push origin ${version.name}`);
      });
    });
}

/** The text of a version's tag. */
function textOf({ name, notes }: Version): string {
  return `${name}\n${notes}`.trimEnd();
}

async function needRemote(git: Git): Promise<void> {
  if ((await git.run(["branch", "--remotes", "--contains", "HEAD"])) !== "") return;
  throw new RefusedError(
    "no remote branch has this commit yet; push it first, and let it reach stage",
  );
}

/** What begins with "#" is a heading here, not a comment. */
async function tag(git: Git, version: Version): Promise<void> {
  const options = ["--annotate", "--cleanup=whitespace", "--message", textOf(version)];
  await git.run(["tag", ...options, version.name]);
}
