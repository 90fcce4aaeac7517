import { Begun } from "../begun.ts";
import { renderUpgradePage } from "../brief-page.ts";
import { type CommandError, commandError, FailedError } from "../errors.ts";
import { afterWork, beforeDeploy, type HookFacts } from "../hooks.ts";
import type { Image } from "../image/image.ts";
import { sendImage } from "../image/send.ts";
import { needSpaceOnVm } from "../image/space.ts";
import { isServed, type Outcome, summary, verify, withAftermath } from "../outcome.ts";
import { hostNames } from "../project.ts";
import { standing } from "../release/environment.ts";
import { type Prepared, prepareRelease } from "../release/prepare.ts";
import { askRecorded, isRecorded, type Recorded } from "../release/recorded.ts";
import { agree, useRelease } from "../release/serving.ts";
import { enableKeys } from "../release-key/enable.ts";
import { type Access, lookThrough, withVm } from "../server.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { newestIn } from "../vm/answers.ts";
import type { Vm } from "../vm/vm.ts";
import { needDisks } from "./check.ts";
import { servesAlone } from "./decide.ts";
import { applyRelease, handOver } from "./deliver.ts";
import type { DeployImage } from "./image.ts";
import { seeCertificates, seeRecords, warnOfBackups, warnOfLogin, warnOfOthers } from "./looks.ts";
import type { Order } from "./options.ts";
import { ServerWork } from "./server-work.ts";
import type { VmSurvey } from "./survey.ts";

/** What is being deployed. */
interface Deployed {
  image: Image;
  release: Prepared;
}

/** The steps of a deploy, each of which may need what an earlier one has found. */
export class DeployWork {
  readonly #session: Session;
  readonly #order: Order;
  readonly #image: DeployImage;
  readonly #access: Access;
  readonly #survey: VmSurvey;
  readonly #by: string;
  readonly #server: ServerWork;
  #deployed: Deployed | undefined;
  /** Terraform's state taking over what is being handed over. */
  #agreement: Begun<void> | undefined;
  /** What Terraform's state says that serves. */
  #recorded: Promise<Recorded | undefined> | undefined;
  /** The release that served, or was tried, before the work. */
  #previous = "";
  /** Whether hooks/after-deploy is told when it fails. */
  #begun = false;
  /** How the release came to serve: by this deploy's own delivery, by Terraform's, or by an earlier deploy. */
  #way: "handed over" | "applied" | "served already" = "applied";

  constructor(
    session: Session,
    order: Order,
    {
      image,
      access,
      survey,
      by,
    }: { image: DeployImage; access: Access; survey: VmSurvey; by: string },
  ) {
    this.#session = session;
    this.#order = order;
    this.#image = image;
    this.#access = access;
    this.#survey = survey;
    this.#by = by;
    this.#server = new ServerWork(session, access, order);
  }

  /** Asks the VM, Terraform's state, and the registry for what is to be built, while other work is done. */
  async beginAsking(): Promise<void> {
    this.#survey.ask(this.#access.vm);
    if (this.#access.vm !== undefined)
      this.#recorded = askRecorded(this.#access, this.#order.environment).catch(() => undefined);
    await this.#image.beginAsking(this.#access.project);
    // There may be nothing to do, and then this is what takes longest.
    if (await this.#image.wasDeployedLast()) this.#server.beginLook();
  }

  /** Finds the image, unless it was found, and renders its release. */
  async takeImage(): Promise<void> {
    if (this.#deployed !== undefined) return;
    const { environment, canary, fromBackup, upgrade, patience } = this.#order;
    await this.#session.steps.run("image", async (step) => {
      const image = await this.#image.take(this.#told, () => this.#lastImage(step), step);
      const { project } = this.#access;
      const { config, cloud } = project;
      const release = prepareRelease(
        this.#session,
        this.#access,
        standing(config, cloud, environment),
        { image: image.reference, commit: image.commit },
        {
          ...{ by: this.#by, fromBackup, ...(canary !== undefined && { canary }) },
          ...(upgrade && { upgradePage: renderUpgradePage(project, environment) }),
        },
        patience,
      );
      this.#deployed = { image, release };
    });
  }

  /** The image that the environment had last, by Terraform's state: it is not on the VM, and not in this clone. */
  async #lastImage(step: Step): Promise<string | undefined> {
    const { terraform } = this.#access;
    await terraform.init(this.#order.environment, step.output);
    return (await askRecorded({ terraform }, this.#order.environment))?.image;
  }

  /** Nothing was touched yet, and nothing will be when the hook says no. */
  async askHook(): Promise<void> {
    // It may not answer, or not be there: hooks do with none.
    const survey = await this.#survey.find();
    this.#previous = newestIn(survey?.slots ?? [], this.#order.environment)?.release ?? "";
    await beforeDeploy(this.#session, this.#facts());
    this.#begun = true;
  }

  /** Sees before anything is touched whether the server can become what is configured. */
  async checkServer(): Promise<void> {
    await this.#server.check(await this.#survey.find());
  }

  /** Creates or mends the server, unless it is sound: then it is looked at when the release is there. */
  async mendServer(): Promise<void> {
    if (this.#server.sound) return;
    if (this.#deployed === undefined) await this.#image.beginPush();
    await this.#server.mend();
    this.#survey.ask(this.#access.vm, true);
  }

  /** Looks whether the server is as it is defined, where that could wait. */
  async lookAtServer(): Promise<void> {
    await this.#server.look();
  }

  /** Sees that each host's name resolves to the server. */
  async dns(): Promise<void> {
    await seeRecords(this.#session, this.#access, this.#order);
  }

  /**
   * Puts the release to use. A VM that is as Terraform left it is told directly, and Terraform's state follows: it
   * looks at everything first, which takes longer than the switch.
   */
  async release(): Promise<void> {
    await this.#session.steps.run("release", async (step) => {
      const { vm } = withVm(this.#access);
      const { environment, canary } = this.#order;
      const { image, release } = this.#found;
      const survey = await this.#survey.need(this.#access);
      needDisks(this.#session, survey, { warned: true });
      needSpaceOnVm(survey.free, image.space);
      await sendImage(this.#session, vm, { image, registry: this.#image.registry, step });
      step.note = `release ${release.name}`;
      // What should serve but does not answer is released again: that mends it.
      if (servesAlone(survey, environment, release.name) && (await isServed(this.#outcome))) {
        this.#way = "served already";
      } else if (this.#server.sound && canary === undefined) {
        this.#way = "handed over";
        await handOver(vm, release, this.#order, this.#beginningMeanwhile(step));
      } else await applyRelease(this.#access, this.#order, step);
    });
  }

  /**
   * From the watch on nobody waits for this computer, so the server is looked at. What has stood the watch serves: from
   * then on Terraform's command follows the VM's work, and its state has taken it over when that ends.
   */
  #beginningMeanwhile(step: Step): Step {
    const progress = (name: string) => {
      step.progress(name);
      if (name === "watch") this.#server.beginLook();
      if (name === "finish") this.#agreement = new Begun((own) => this.#agree(own));
    };
    return { ...step, progress };
  }

  /** Sees as a visitor that it serves. */
  async verify(): Promise<void> {
    await this.#session.steps.run("verify", (step) => verify(this.#outcome, step));
  }

  /** Has Terraform's state take over what was handed over, or serves already by whomever; unless it says so itself. */
  async state(): Promise<void> {
    if (this.#way === "applied") return;
    if (this.#server.sound) this.#server.beginLook();
    const { release } = this.#found;
    await this.#session.steps.run("state", async (step) => {
      const served = this.#way === "served already";
      if (served && isRecorded(await this.#recorded, this.#access, release)) {
        step.note = `release ${release.name}`;
      } else await (this.#agreement?.take(step) ?? this.#agree(step));
    });
  }

  async #agree(step: Step): Promise<void> {
    const { environment, patience } = this.#order;
    const { release } = this.#found;
    useRelease(this.#session, this.#access, environment, release, { by: this.#by, patience });
    await agree(this.#access, environment, release, step);
  }

  /** Lets release keys go on from here. */
  async keys(): Promise<void> {
    const { environment, canary } = this.#order;
    if (canary !== undefined) return;
    await enableKeys(this.#session, this.#access, withVm(this.#access).vm, environment);
  }

  /** Sees that every host has a certificate. */
  async certificates(): Promise<void> {
    await seeCertificates(this.#session, this.#access, this.#order);
  }

  /** Says what is wrong with the backups. */
  async backups(): Promise<void> {
    warnOfBackups(this.#session, await this.#survey.find(), this.#order);
    await warnOfLogin(this.#session, this.#access);
  }

  /** Names the environments that a new server has not got yet, though they were deployed. */
  async others(): Promise<void> {
    await warnOfOthers(this.#session, this.#access, await this.#survey.find(), this.#order);
  }

  /** Tells the hook, and the one who deploys. */
  async finish(): Promise<void> {
    const share = this.#order.canary?.share;
    this.#begun = false;
    const result = share === undefined ? "served" : "canary";
    await afterWork(this.#session, "after-deploy", result, this.#facts());
    this.#session.print(summary(this.#session, this.#outcome, share));
  }

  /** Adds to an error what is served now; once the work had begun, the hook is told too. */
  async account(thrown: unknown): Promise<CommandError> {
    await this.#agreement?.ended(); // it holds the state
    const error = commandError(thrown);
    if (this.#begun && error instanceof FailedError) {
      this.#begun = false;
      await afterWork(this.#session, "after-deploy", "failed", this.#facts());
    }
    return withAftermath(error, this.#order.environment, this.#access.vm);
  }

  /** The VM, or what it has told already. */
  get #told(): Pick<Vm, "slots" | "history"> | undefined {
    const { vm } = this.#access;
    return (
      vm && {
        slots: () => this.#survey.slots(),
        history: (environment) => vm.history(environment),
      }
    );
  }

  get #found(): Deployed {
    if (this.#deployed === undefined) throw new Error("there is no image yet");
    return this.#deployed;
  }

  get #outcome(): Outcome {
    const { project, server } = this.#access;
    const { environment } = this.#order;
    const hosts = hostNames(project, environment);
    const via = lookThrough(this.#access);
    const { release } = this.#found;
    return { project, environment, hosts, release, address: server.address, via };
  }

  #facts(): HookFacts {
    const { project, server } = this.#access;
    return {
      ...{ project, environment: this.#order.environment, address: server.address, by: this.#by },
      ...{ release: this.#deployed?.release, previous: this.#previous },
    };
  }
}
