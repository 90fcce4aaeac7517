import { join } from "node:path";
import { Git } from "../git/git.ts";
import { checkedOut } from "../git/tree.ts";
import { Build } from "../image/build.ts";
import {
  type Asked,
  beginAsking,
  imageByName,
  imageOfCommit,
  imageOfStage,
  pushWhatIsMissing,
} from "../image/find.ts";
import type { Image } from "../image/image.ts";
import { ImageRegistry } from "../image/registry.ts";
import type { Project } from "../project.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import type { Vm } from "../vm/vm.ts";
import { builds, type Order } from "./options.ts";

/** The image of a deploy; that of a commit is built while other work is done. */
export class DeployImage {
  readonly #session: Session;
  readonly #order: Order;
  readonly #build: Promise<Build> | undefined;
  #registry: ImageRegistry | undefined;
  #begun: Promise<void> | undefined;
  #asked: Asked;

  /** Takes the commit's files out of git at once. */
  constructor(session: Session, order: Order) {
    this.#session = session;
    this.#order = order;
    if (!builds(order)) return;
    const git = new Git(session.root, session.processes);
    const index = join(session.scratch, "index");
    this.#build = checkedOut(git, index).then((tree) => new Build(session, tree));
    this.#build.catch(() => {}); // whoever waits for it hears of it
  }

  /** Begins to build, once the configuration is known, while other work is done. */
  begin({ config }: Project): void {
    this.#begun = this.#build?.then((build) => build.begin(config));
    this.#begun?.catch(() => {}); // whoever waits for it hears of it
  }

  /** Asks the registry for the commit's image, once it is known where that is. */
  async beginAsking(project: Project): Promise<void> {
    this.#registry = new ImageRegistry(this.#session, project);
    const build = await this.#build;
    if (build !== undefined) this.#asked = beginAsking(build, this.#registry);
  }

  /**
   * Pushes while other work is done, when the registry lacks it.
   *
   * @throws RefusedError when it cannot be built at all
   */
  async beginPush(): Promise<void> {
    await this.#begun;
    const build = await this.#build;
    if (build !== undefined) await pushWhatIsMissing(build, this.registry, this.#asked);
  }

  /** Where images go through. */
  get registry(): ImageRegistry {
    if (this.#registry === undefined) throw new Error("nobody has said where the registry is");
    return this.#registry;
  }

  /** Finds it, or waits until it is built and pushed. */
  async take(vm: Vm | undefined, step: Step): Promise<Image> {
    await this.#begun;
    const build = await this.#build;
    if (build !== undefined) return imageOfCommit(build, this.registry, step, this.#asked);
    const { reference } = this.#order;
    if (reference !== undefined) return imageByName(reference, this.registry, step);
    return imageOfStage(vm, this.registry, step);
  }
}
