import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../config/schema.ts";
import { Git } from "../git/git.ts";
import { checkedOut, type Tree } from "../git/tree.ts";
import { Build } from "../image/build.ts";
import {
  type Asked,
  beginAsking,
  imageBuiltAnew,
  imageByName,
  imageOfCommit,
  imageOfLost,
  imageOfStage,
  knownImageOfCommit,
  pushWhatIsMissing,
} from "../image/find.ts";
import type { Image } from "../image/image.ts";
import { ImageRegistry } from "../image/registry.ts";
import type { Project } from "../project.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import type { Vm } from "../vm/vm.ts";
import { builds, type Order } from "./options.ts";
import { needProof, refusePreviewsImage } from "./proof.ts";
import { isVouchedFor, needVouched } from "./vouched.ts";

/** The image of a deploy. That of a commit is built while other work is done, unless it was deployed last. */
export class DeployImage {
  readonly #session: Session;
  readonly #order: Order;
  readonly #tree: Promise<Tree> | undefined;
  readonly #build: Promise<Build | undefined> | undefined;
  #config: Config | undefined;
  #begun: Promise<Build | undefined> | undefined;
  #registry: ImageRegistry | undefined;
  #asked: Asked;

  constructor(session: Session, order: Order) {
    this.#session = session;
    this.#order = order;
    if (!builds(order)) return;
    const git = new Git(session.root, session.processes);
    this.#tree = checkedOut(git, join(session.scratch, "index"));
    this.#build = this.#tree.then((tree) =>
      tree.tag === this.#deployedLast ? undefined : new Build(session, tree),
    );
    this.#build.catch(() => {}); // whoever waits for it hears of it
  }

  /** Begins to build, once the configuration is known. */
  begin({ config }: Project): void {
    this.#config = config;
    this.#begun = this.#build?.then(async (build) => {
      await build?.begin(config);
      return build;
    });
    this.#begun?.catch(() => {}); // whoever waits for it hears of it
  }

  /** Asks the registry for the commit's image, once it is known where that is. */
  async beginAsking(project: Project): Promise<void> {
    this.#registry = new ImageRegistry(this.#session, project);
    const tree = await this.#tree;
    if (tree !== undefined) this.#asked = beginAsking({ tree }, this.#registry);
  }

  /** Whether it is the one that was deployed last from this clone. */
  async wasDeployedLast(): Promise<boolean> {
    return this.#tree !== undefined && (await this.#build) === undefined;
  }

  /**
   * Pushes while other work is done, when the registry lacks it.
   *
   * @throws RefusedError when it cannot be built at all
   */
  async beginPush(): Promise<void> {
    const build = await this.#begun;
    if (build !== undefined) await pushWhatIsMissing(build, this.registry, this.#asked);
  }

  /** Where images go through. */
  get registry(): ImageRegistry {
    if (this.#registry === undefined) throw new Error("nobody has said where the registry is");
    return this.#registry;
  }

  /**
   * Finds it, or waits until it is built and pushed.
   *
   * @param vm is asked what stage serves, or has served
   * @param last tells the image that the environment had last
   */
  async take(
    vm: Pick<Vm, "slots" | "history"> | undefined,
    last: () => Promise<string | undefined>,
    step: Step,
  ): Promise<Image> {
    const tree = await this.#tree;
    if (tree !== undefined) return this.#takeOf(tree, vm, step);
    const { environment, reference, unproven, fromBackup } = this.#order;
    if (reference === undefined) {
      const lost = fromBackup && (await imageOfLost(vm, last, this.registry, step));
      return lost || imageOfStage(vm, this.registry, step);
    }
    refusePreviewsImage(reference, this.registry.repository);
    const image = await imageByName(reference, this.registry, step);
    if (environment === "prod" && !unproven) await needProof(vm, image);
    if (environment === "stage" && !unproven) await needVouched(this.#session, image, vm);
    return image;
  }

  /** The registry's, where somebody vouches for it; else it is built here. */
  async #takeOf(tree: Tree, vm: Pick<Vm, "history"> | undefined, step: Step): Promise<Image> {
    const begun = await this.#begun;
    const known = await knownImageOfCommit({ tree }, this.registry, step, this.#asked);
    if (known !== undefined && (await this.#isGood(known, vm))) {
      await begun?.end();
      return this.#remember(tree, known);
    }
    const build = begun ?? (await this.#start(tree));
    const image =
      known === undefined
        ? await imageOfCommit(build, this.registry, step, this.#asked)
        : await imageBuiltAnew(build, this.registry, step, (line) => this.#session.say(line));
    return this.#remember(tree, image);
  }

  async #isGood(image: Image, vm: Pick<Vm, "history"> | undefined): Promise<boolean> {
    return this.#lastReference === image.reference || isVouchedFor(this.#session, image, vm);
  }

  #remember({ tag }: Tree, image: Image): Image {
    mkdirSync(this.#session.directory, { recursive: true });
    writeFileSync(this.#note, `${tag} ${image.reference}`);
    return image;
  }

  async #start(tree: Tree): Promise<Build> {
    if (this.#config === undefined) throw new Error("the configuration is not known yet");
    const build = new Build(this.#session, tree);
    await build.begin(this.#config);
    return build;
  }

  /** The tag of the image that was deployed last: the registry has it, as far as is known here. */
  get #deployedLast(): string {
    return this.#lastWords[0] ?? "";
  }

  /** The image itself: it was built here, or somebody had vouched for it. */
  get #lastReference(): string {
    return this.#lastWords[1] ?? "";
  }

  get #lastWords(): string[] {
    return existsSync(this.#note) ? readFileSync(this.#note, "utf8").split(" ") : [];
  }

  get #note(): string {
    return join(this.#session.directory, "deployed-image");
  }
}
