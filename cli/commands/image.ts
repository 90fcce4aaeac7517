import { appendFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Command, Option } from "commander";
import type { Config } from "../../config/schema.ts";
import { readPlainFile } from "../ci/artifact.ts";
import { openCloudsRegistry } from "../cloud.ts";
import { FailedError, RefusedError } from "../errors.ts";
import { Git } from "../git/git.ts";
import { checkedOut, currentBranch, namedTree, shortCommit, type Tree } from "../git/tree.ts";
import { readImageArchive } from "../image/archive.ts";
import { branchTag } from "../image/branch-tag.ts";
import { Build, PLATFORMS } from "../image/build.ts";
import { listContext } from "../image/context.ts";
import { imageBuiltAnew, imageOfCommit } from "../image/find.ts";
import { logIn } from "../image/login.ts";
import { ImageRegistry } from "../image/registry.ts";
import { renderImage } from "../image/render.ts";
import { takeVerbose } from "../options.ts";
import { plainJson } from "../plain-text.ts";
import { loadProject, type Project } from "../project.ts";
import { RegistryError } from "../registry/reference.ts";
import { commitOf } from "../registry/schema.ts";
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
  archive?: string;
  push?: string;
  preview?: boolean;
  anew?: boolean;
}

/** Bytes: what Node reads at once. */
const LARGEST = 2 ** 31 - 1;

const notes = `
The last line goes to standard output, everything else to standard error. REGISTRY_USER and REGISTRY_PASSWORD in the
environment take the place of those in .env; then no GPG key is needed.
Exit codes: 0 done; 1 failed; 2 wrong usage or configuration. It can be interrupted and run again.`;

export function define(command: Command, invocation: Invocation): void {
  takeVerbose(command, "Docker's")
    .option(
      "--commit <COMMIT>",
      "build this commit, which git has, instead of what is checked out; it gets no branch's tag",
    )
    .addOption(
      new Option("--branch <NAME>", "use another tag than the checked-out branch").conflicts([
        ...["archive", "push", "context", "describe"],
      ]),
    )
    .addOption(
      new Option(
        "--platforms <LIST>",
        `what to build for (default ${PLATFORMS}), where Docker's builder can; elsewhere it is the VM's platform`,
      )
        .argParser(parsePlatforms)
        .conflicts(["push", "context", "describe"]),
    )
    .addOption(
      new Option("--context", "build nothing: list the files that the builder would get").conflicts(
        ["archive", "push", "describe"],
      ),
    )
    .addOption(
      new Option(
        "--describe [IMAGE]",
        "build nothing: print size, layers, labels and packages, of this commit's image or another one",
      ).conflicts(["archive", "push"]),
    )
    .option("--json", "with --describe: print JSON")
    .addOption(
      new Option(
        "--preview",
        "use the repository of previews and branches, whose images stage and prod refuse",
      ).conflicts(["archive", "context"]),
    )
    .addOption(
      new Option(
        "--anew",
        "build even if the registry has the image, and say when that was another one",
      ).conflicts(["archive", "push", "context", "describe"]),
    )
    .option(
      "--archive <FILE>",
      "build untrusted code: without any login, into a file, and push nothing",
    )
    .addOption(
      new Option(
        "--push <FILE>",
        "build nothing: push such a file as the image of --commit",
      ).conflicts("archive"),
    )
    .addHelpText("after", notes)
    .action((options: Options) => {
      if (options.json && options.describe === undefined)
        throw new RefusedError("--json belongs to --describe");
      if (typeof options.describe === "string" && options.commit !== undefined)
        throw new RefusedError("--commit does not belong to --describe IMAGE");
      if (options.push !== undefined && commitOf(options.commit) === "unknown")
        throw new RefusedError("--push needs the whole --commit that the file was built of");
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
  if (options.push !== undefined) return [await pushArchive(session, project, options)];
  const git = new Git(root, processes);
  // First of all: what is wrong with it is known before anything is started.
  const named = options.describe === true ? undefined : options.describe;
  const tree = named === undefined ? await treeFor(git, session, options) : undefined;
  if (options.context && tree !== undefined) {
    return steps.quietly("context", ({ output }) =>
      listContext(session, tree, project.config, output),
    );
  }
  if (options.archive !== undefined && tree !== undefined) {
    const { archive, platforms } = options;
    const file = resolve(archive);
    if (/[",\n]/.test(file))
      throw new RefusedError("--archive needs a path without commas and quotes");
    await steps.run("image", ({ output }) =>
      new Build(session, tree).archive(project.config, { file, platforms }, output),
    );
    return [file];
  }
  const { registry, config } = await openRegistry(session, project, options);
  if (tree === undefined || options.describe !== undefined) {
    const image = named ?? `${registry.repository}:${tree?.tag}`;
    const found = await registry.lookInto(image);
    return [options.json ? plainJson(found) : found.map(renderImage).join("\n\n")];
  }
  const reference = await build(session, config, { registry, tree, options });
  await tagIt(registry, reference, { git, tree, session, options });
  tellRunner(session, reference);
  return [reference];
}

/** The registry with the login for it. */
async function openRegistry(
  session: Session,
  project: Project,
  { preview }: Options,
): Promise<{ registry: ImageRegistry; config: Config }> {
  const { steps } = session;
  await steps.quietly("login", () => logIn(session, project));
  const open = await steps.quietly("registry", (step) =>
    openCloudsRegistry(session, project, step),
  );
  const registry = new ImageRegistry(session, open, preview ? "previews" : "app");
  return { registry, config: open.config };
}

/** Pushes what was built without a login. Whoever has built it has chosen what is in it, its labels too. */
async function pushArchive(session: Session, project: Project, options: Options): Promise<string> {
  const { push = "", commit = "" } = options;
  const archive = readImageArchive(readPlainFile(push, LARGEST));
  const { registry } = await openRegistry(session, project, options);
  return session.steps.run("image", async (step) => {
    step.progress("pushing");
    const reference = await registry.send(archive, commit);
    const found = await registry.describe(reference);
    if (found.commit !== commit)
      throw new RefusedError(`the file holds the image of ${found.commit}, not of ${commit}`);
    step.note = `${shortCommit(commit)} pushed`;
    tellRunner(session, reference);
    return reference;
  });
}

function tellRunner({ environment }: Session, reference: string): void {
  const { GITHUB_OUTPUT: file } = environment;
  if (file) appendFileSync(file, `image=${reference}\ndigest=${reference.split("@")[1]}\n`);
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
    options.anew
      ? imageBuiltAnew(build, registry, step, (line) => session.say(line))
      : imageOfCommit(build, registry, step),
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
