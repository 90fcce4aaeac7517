import { join } from "node:path";
import { platformOf } from "../../config/cloud.ts";
import type { Config } from "../../config/schema.ts";
import { BackgroundProcesses } from "../background.ts";
import { RefusedError } from "../errors.ts";
import { exportTree, type Missing } from "../git/export.ts";
import { Git } from "../git/git.ts";
import { shortCommit, type Tree } from "../git/tree.ts";
import type { Session } from "../session.ts";
import { type BuilderKind, builderIn, type Recipe } from "./builder.ts";
import { Docker } from "./docker.ts";
import { useOwnIgnoreFile } from "./ignore.ts";
import { needInTree } from "./in-tree.ts";
import { imageLabels } from "./labels.ts";
import { buildForAll, buildWithEngine, type Pushed, push, pushForAll } from "./make.ts";
import { needSpace } from "./space.ts";
import { warnOfMissing } from "./warn.ts";

/** What a builder of its own builds for, unless it is told otherwise. */
export const PLATFORMS = "linux/amd64,linux/arm64";
/** Megabytes that a build may need. */
const SPACE = 2048;

/**
 * The build of a commit's image, which goes on while other work is done and ends with the run, on every way out. The
 * same commit gives the same digest: the context is what git has of it, every file with one fixed time, and the
 * image's own date is the commit's.
 */
export class Build {
  readonly tree: Tree;
  readonly #session: Session;
  readonly #processes: BackgroundProcesses;
  readonly #docker: Docker;
  readonly #git: Git;
  readonly #directory: string;
  readonly #exported: Promise<Missing>;
  readonly #name = Promise.withResolvers<string>();
  #work: Promise<Pushed> | undefined;
  #said = "";
  #reader: ((text: string) => void) | undefined;

  /** Takes the tree's files out of git, while other work is done. */
  constructor(session: Session, tree: Tree) {
    const { root, environment, secrets, scratch } = session;
    this.tree = tree;
    this.#session = session;
    this.#processes = new BackgroundProcesses(environment);
    this.#docker = new Docker(this.#processes, environment, secrets);
    this.#git = new Git(root, this.#processes);
    this.#directory = join(scratch, "tree");
    session.onClose(() => this.end());
    this.#exported = exportTree(this.#git, tree.tree, this.#directory);
    for (const promise of [this.#exported, this.#name.promise]) promise.catch(() => {});
  }

  /**
   * Builds, while other work is done. The registry need not be known yet: pushTo tells. Where app.buildSecrets names
   * some, they have to be unlocked.
   *
   * @param platforms what a builder of its own builds for
   * @throws RefusedError when it cannot be built at all
   */
  async begin(config: Config, platforms: string = PLATFORMS): Promise<void> {
    await this.#needTree(config);
    const [kind, place] = await Promise.all([
      this.#kindOfBuilder(config),
      this.#docker.ask(["info", "--format", "{{.DockerRootDir}}"]),
    ]);
    if (kind === "legacy" && config.app.buildSecrets.length > 0) {
      throw new RefusedError(
        "app.buildSecrets needs BuildKit, and this Docker has no buildx; install its plugin (docker-buildx)",
      );
    }
    await needSpace(place, SPACE);
    this.#work = this.#run(kind, config, platforms);
    // Whoever waits for it hears of it. Removing thousands of files takes seconds on a busy disk: nobody waits for that.
    this.#work
      .then(
        () => this.#processes.run("rm", ["-rf", "--", this.#directory], { codes: "any" }),
        () => {},
      )
      .catch(() => {});
  }

  /** Says where what is being built goes. */
  pushTo(name: string): void {
    this.#name.resolve(name);
  }

  /**
   * Waits until it is pushed. What programs have said until then, and say from now on, goes to `output`.
   */
  async pushed(output: (text: string) => void): Promise<Pushed> {
    output(this.#said);
    this.#said = "";
    this.#reader = output;
    if (this.#work === undefined) throw new Error("nobody has begun to build");
    return this.#work;
  }

  /**
   * Builds what a stranger has written, into a file, with no login and none of app.buildSecrets: a base image, or a
   * program that reads the Dockerfile, is the stranger's choice too.
   */
  async archive(
    config: Config,
    { file, platforms = PLATFORMS }: { file: string; platforms: string | undefined },
    output: (text: string) => void,
  ): Promise<void> {
    this.#docker.logOut();
    await this.#needTree(config);
    const workshop = { docker: this.#docker, scratch: this.#session.scratch, output };
    const without = { ...config, app: { ...config.app, buildSecrets: [] } };
    const [kind, recipe] = await Promise.all([this.#kindOfBuilder(config), this.#recipe(without)]);
    if (kind === "own") return buildForAll(recipe, platforms, { file }, workshop);
    const id = await buildWithEngine(kind, recipe, platformOf(config), workshop);
    await this.#docker.run(["save", "--output", file, id], { output });
  }

  /** Ends it, when it still runs. */
  async end(): Promise<void> {
    this.#name.reject(new Error("the build was ended"));
    this.#processes.kill();
    await Promise.allSettled([this.#exported, this.#work]);
  }

  /** Waits for the tree's files, and sees that they can be built. */
  async #needTree({ app }: Config): Promise<void> {
    warnOfMissing(this.#session, this.tree, await this.#exported);
    for (const path of [app.dockerfile, app.context])
      needInTree(this.#directory, path, shortCommit(this.tree.commit));
    useOwnIgnoreFile(this.#directory, app);
  }

  async #run(kind: BuilderKind, config: Config, platforms: string): Promise<Pushed> {
    const output = (text: string) => {
      if (this.#reader === undefined) this.#said += text;
      else this.#reader(text);
    };
    const workshop = { docker: this.#docker, scratch: this.#session.scratch, output };
    const recipe = await this.#recipe(config);
    if (kind !== "own") {
      const id = await buildWithEngine(kind, recipe, platformOf(config), workshop);
      const name = await this.#name.promise;
      const pushed = await push(id, name, workshop);
      // The registry on this computer has its port, and so the image its name, for this run only.
      if (config.registry === "none") await this.#docker.run(["image", "rm", name], { output });
      return pushed;
    }
    await buildForAll(recipe, platforms, "cache", workshop);
    return pushForAll(recipe, platforms, await this.#name.promise, workshop);
  }

  async #recipe({ app }: Config): Promise<Recipe> {
    const { commit, epoch, tree } = this.tree;
    const { dockerfile, context, target, args } = app;
    const remote = await this.#git.find(["remote", "get-url", "origin"]);
    // Git's name for the content of their folder, by which the VM sees that none is new.
    const folder = `${tree}:${app.migrations}`;
    const migrations = app.migrations && (await this.#git.find(["rev-parse", "--verify", folder]));
    const labels = imageLabels({ commit, epoch, remote });
    labels.push(`onebox.migrations=${migrations ?? ""}`);
    const place = (key: string) => join(this.#session.secrets, "build", key);
    const secrets = Object.fromEntries(app.buildSecrets.map((key) => [key, place(key)]));
    const of = { directory: this.#directory, dockerfile, context, target };
    return { ...of, args, secrets, commit, epoch, labels };
  }

  async #kindOfBuilder({ registry }: Config): Promise<BuilderKind> {
    // Another builder than the engine's own could not push to a registry on this computer.
    if (registry === "none") Object.assign(this.#docker.environment, { BUILDX_BUILDER: "default" });
    const { code, stdout } = await this.#docker.run(["buildx", "inspect"], { codes: "any" });
    return builderIn(code === 0 ? stdout : undefined);
  }
}
