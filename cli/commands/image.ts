import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { Config } from "../../config/schema.ts";
import { openCloudsRegistry } from "../cloud.ts";
import { FailedError, RefusedError } from "../errors.ts";
import { Git } from "../git/git.ts";
import { checkedOut, currentBranch, namedTree, type Tree } from "../git/tree.ts";
import { branchTag } from "../image/branch-tag.ts";
import { Build, PLATFORMS } from "../image/build.ts";
import { listContext } from "../image/context.ts";
import { imageOfCommit } from "../image/find.ts";
import { logIn } from "../image/login.ts";
import { ImageRegistry } from "../image/registry.ts";
import { renderImage } from "../image/render.ts";
import { takeVerbose } from "../options.ts";
import { plainJson } from "../plain-text.ts";
import { loadProject } from "../project.ts";
import { RegistryError } from "../registry/reference.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import { setUp } from "../set-up.ts";

/** As Commander hands them over. */
export interface Options extends CommonOptions {
  commit?: string;
  branch?: string;
  platforms?: string;
  context?: boolean;
  describe?: string | true;
  json?: boolean;
}

const notes = `
The last line goes to standard output, everything else to standard error. REGISTRY_USER and REGISTRY_PASSWORD in the
environment take the place of those in .env; then no GPG key is needed.
Exit codes: 0 done; 1 failed; 2 wrong usage or configuration. It can be interrupted and run again.`;

export function define(command: Command, invocation: Invocation): void {
  takeVerbose(command, "Docker's")
    .option(
      "--commit <COMMIT>",
      "this one, which git has, instead of what is checked out; no tag but its own",
    )
    .option("--branch <NAME>", 'another tag than the branch that git is on ("" for none)')
    .option(
      "--platforms <LIST>",
      `what to build for (default ${PLATFORMS}), where Docker's builder can; elsewhere it is the VM's platform`,
      parsePlatforms,
    )
    .option("--context", "build nothing: list the files that the builder would get")
    .option(
      "--describe [IMAGE]",
      "build nothing: print size, layers, labels and packages, of this commit's image or another one",
    )
    .option("--json", "with --describe: in JSON")
    .addHelpText("after", notes)
    .action((options: Options) => {
      if (options.json && options.describe === undefined)
        throw new RefusedError("--json belongs to --describe");
      if (options.context && options.describe !== undefined)
        throw new RefusedError("--context and --describe are two questions; ask one at a time");
      // What programs say with --verbose must not be taken for the answer.
      const apart = { ...invocation, stdout: invocation.stderr };
      return withSession(apart, options, async (session) => {
        for (const line of await answerTo(session, options)) invocation.stdout.write(`${line}\n`);
      });
    });
}

/** Does what the options say; returns the lines that answer them. */
export async function answerTo(session: Session, options: Options): Promise<string[]> {
  const { steps, root, processes } = session;
  await setUp(session, true);
  const project = await loadProject(root, session.configFile);
  const git = new Git(root, processes);
  // First of all: what is wrong with it is known before anything is started.
  const named = options.describe === true ? undefined : options.describe;
  const tree = named === undefined ? await treeFor(git, session, options) : undefined;
  if (options.context && tree !== undefined) {
    return steps.quietly("context", ({ output }) =>
      listContext(session, tree, project.config, output),
    );
  }
  await steps.quietly("login", () => logIn(session, project));
  const open = await steps.quietly("registry", (step) =>
    openCloudsRegistry(session, project, step),
  );
  const registry = new ImageRegistry(session, open);
  if (tree === undefined || options.describe !== undefined) {
    const image = named ?? `${registry.repository}:${tree?.tag}`;
    const found = await registry.lookInto(image);
    return [options.json ? plainJson(found) : found.map(renderImage).join("\n\n")];
  }
  const reference = await build(session, open.config, { registry, tree, options });
  await tagIt(registry, reference, { git, tree, session, options });
  const { GITHUB_OUTPUT: file } = session.environment;
  if (file) appendFileSync(file, `image=${reference}\ndigest=${reference.split("@")[1]}\n`);
  return [reference];
}

function treeFor(git: Git, session: Session, { commit }: Options): Promise<Tree> {
  if (commit !== undefined) return namedTree(git, commit);
  return checkedOut(git, join(session.scratch, "index"));
}

interface Work {
  registry: ImageRegistry;
  tree: Tree;
  options: Options;
}

async function build(
  session: Session,
  config: Config,
  { registry, tree, options }: Work,
): Promise<string> {
  const build = new Build(session, tree);
  await build.begin(config, options.platforms);
  const { reference } = await session.steps.run("image", (step) =>
    imageOfCommit(build, registry, step),
  );
  return reference;
}

/** Tags an image with its branch; a tree that differs from its commit is nobody's branch. */
async function tagIt(
  registry: ImageRegistry,
  reference: string,
  { git, tree, session, options }: { git: Git; tree: Tree; session: Session; options: Options },
): Promise<void> {
  const tag = branchTag(await branchOf(git, session, options));
  if (tag === "" || tree.commit.endsWith("-dirty")) return;
  try {
    await registry.tag(reference, tag);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const message = `the image could not be tagged with the branch: ${error.message}`;
    throw new FailedError(message, { next: "run this again", cause: error });
  }
}

async function branchOf(git: Git, session: Session, { branch, commit }: Options): Promise<string> {
  if (branch !== undefined) return branch;
  if (commit !== undefined) return "";
  return session.environment.GITHUB_REF_NAME || ((await currentBranch(git)) ?? "");
}

function parsePlatforms(text: string): string {
  if (/^linux\/[a-z0-9/]+(,linux\/[a-z0-9/]+)*$/.test(text)) return text;
  throw new RefusedError("--platforms needs a list such as linux/amd64,linux/arm64");
}
