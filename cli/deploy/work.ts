import { problemsOf } from "../backups/health.ts";
import { lookAtCertificates } from "../certificates.ts";
import { type CommandError, commandError, FailedError, StepError } from "../errors.ts";
import { afterWork, beforeDeploy, type HookFacts } from "../hooks.ts";
import type { Image } from "../image/image.ts";
import { sendImage } from "../image/send.ts";
import { needSpaceOnVm } from "../image/space.ts";
import { locate } from "../locate.ts";
import { isServed, type Outcome, summary, verify, withAftermath } from "../outcome.ts";
import { plainText } from "../plain-text.ts";
import { hostNames } from "../project.ts";
import { standing } from "../release/environment.ts";
import { type Prepared, prepareRelease } from "../release/prepare.ts";
import { agree, useRelease } from "../release/serving.ts";
import { type Access, lookThrough, withVm } from "../server.ts";
import type { ServerCheck } from "../server-check/check.ts";
import { explained } from "../server-check/silence.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { newestIn, type Survey } from "../vm/answers.ts";
import type { Vm } from "../vm/vm.ts";
import { checkBefore, needDisks } from "./check.ts";
import { isSound, servesAlone } from "./decide.ts";
import { applyRelease, handOver } from "./deliver.ts";
import { bringRecords } from "./dns.ts";
import type { DeployImage } from "./image.ts";
import { mendAndApply } from "./mend.ts";
import type { Order } from "./options.ts";
import { type BegunPlan, beginPlan } from "./server.ts";
import { type AskedVm, askVm } from "./survey.ts";

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
  readonly #by: string;
  #survey: Promise<Survey> | undefined;
  #deployed: Deployed | undefined;
  /** The release that served, or was tried, before the work. */
  #previous = "";
  /** Whether hooks/after-deploy is told when it fails. */
  #begun = false;
  /** Whether the server need not be looked at before the release. */
  #sound = false;
  /** What the Cloud API says of a server that is not sound. */
  #check: ServerCheck | undefined;
  /** The server's, where it could wait. */
  #plan: BegunPlan | undefined;
  /** Whether Terraform's state has to take the release over. */
  #stateFollows = false;

  constructor(session: Session, order: Order, image: DeployImage, access: Access, by: string) {
    this.#session = session;
    this.#order = order;
    this.#image = image;
    this.#access = access;
    this.#by = by;
  }

  /**
   * Asks the VM, and the registry for what is to be built, while other work is done.
   *
   * @param asked the VM that is being asked already, if any
   */
  async beginAsking(asked: AskedVm | undefined): Promise<void> {
    if (asked !== undefined && asked.vm === this.#access.vm) this.#survey = asked.survey;
    else this.#askVm();
    await this.#image.beginAsking(this.#access.project);
  }

  /** Finds the image, unless it was found, and renders its release. */
  async takeImage(): Promise<void> {
    if (this.#deployed !== undefined) return;
    const { environment, canary, fromBackup, patience } = this.#order;
    await this.#session.steps.run("image", async (step) => {
      const image = await this.#image.take(this.#told, step);
      const { config, cloud } = this.#access.project;
      const release = prepareRelease(
        this.#session,
        this.#access,
        standing(config, cloud, environment),
        { image: image.reference, commit: image.commit },
        { by: this.#by, fromBackup, ...(canary !== undefined && { canary }) },
        patience,
      );
      this.#deployed = { image, release };
    });
  }

  /** Nothing was touched yet, and nothing will be when the hook says no. */
  async askHook(): Promise<void> {
    // It may not answer, or not be there: hooks do with none.
    const survey = await this.#survey?.catch(() => undefined);
    this.#previous = newestIn(survey?.slots ?? [], this.#order.environment)?.release ?? "";
    await beforeDeploy(this.#session, this.#facts());
    this.#begun = true;
  }

  /**
   * Sees before anything is touched whether the server can become what is configured. One that is as it was left is not
   * asked about.
   *
   * @throws ProblemsError
   */
  async checkServer(): Promise<void> {
    const { server, terraform } = this.#access;
    const survey = await this.#survey?.catch(() => undefined);
    this.#sound = isSound(survey, server.applied, terraform.variables.definition);
    if (this.#sound) return needDisks(this.#session, survey);
    this.#check = await checkBefore(this.#session, this.#access, this.#order, survey);
  }

  /** Creates or mends the server, unless it is sound: then it is looked at when the release is there. */
  async mendServer(): Promise<void> {
    if (this.#sound) return;
    if (this.#deployed === undefined) await this.#image.beginPush();
    await this.#applyServer();
    this.#askVm();
  }

  /** Looks whether the server is as it is defined, where that could wait. */
  async lookAtServer(): Promise<void> {
    if (this.#sound) await this.#applyServer();
  }

  /** Brings our zones up to date, and sees that each record is there. Name servers may take a moment. */
  async dns(): Promise<void> {
    const { project, server } = this.#access;
    if (project.config.dns === undefined) return;
    await this.#session.steps.run("dns", async (step) => {
      const wrong = await bringRecords(this.#access, this.#order.patience, step);
      if (wrong.length > 0) this.#fail("dns", wrong, step);
      step.note = `each host leads to ${server.address}`;
    });
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
      const survey = await this.#surveyed();
      needDisks(this.#session, survey, { warned: true });
      needSpaceOnVm(survey.free, image.space);
      await sendImage(this.#session, vm, { image, registry: this.#image.registry, step });
      step.note = `release ${release.name}`;
      this.#stateFollows = true;
      // What should serve but does not answer is released again: that mends it.
      if (servesAlone(survey, environment, release.name) && (await isServed(this.#outcome))) return;
      if (this.#sound && canary === undefined) {
        await handOver(vm, release, this.#order, step);
        return;
      }
      this.#stateFollows = false;
      await applyRelease(this.#access, this.#order, step);
    });
  }

  /** Sees as a visitor that it serves. */
  async verify(): Promise<void> {
    await this.#session.steps.run("verify", (step) => verify(this.#outcome, step));
  }

  /** Has Terraform's state take over what was handed over. */
  async state(): Promise<void> {
    if (!this.#stateFollows) return;
    if (this.#sound) this.#plan = beginPlan(this.#session, this.#access);
    const { environment, patience } = this.#order;
    const { release } = this.#found;
    await this.#session.steps.run("state", async (step) => {
      useRelease(this.#session, this.#access, environment, release, { by: this.#by, patience });
      await agree(this.#access, environment, release, step);
    });
  }

  /** Sees that every host has a certificate, and that none is about to end. */
  async certificates(): Promise<void> {
    const { project } = this.#access;
    if (project.config.https === undefined) return;
    await this.#session.steps.run("certificates", async (step) => {
      step.progress("asking each host");
      const { environment } = this.#order;
      const { address } = this.#access.server;
      const via = lookThrough(this.#access);
      const told = await lookAtCertificates({ project, environment, address, via, patience: 60 });
      const bad = told.filter(({ good }) => !good).map(({ line }) => line);
      if (bad.length > 0) this.#fail("certificates", bad, step);
      step.note = "each host has a certificate";
    });
  }

  /** Says what is wrong with the backups; that keeps nobody from deploying. */
  async backups(): Promise<void> {
    const { environment } = this.#order;
    const survey = await this.#survey?.catch(() => undefined);
    for (const state of survey?.backups ?? []) {
      if (state.environment !== environment) continue;
      for (const problem of problemsOf(state, new Date()))
        this.#session.say(`  ! ${environment}: ${problem}`);
    }
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
    const error = commandError(thrown);
    if (this.#begun && error instanceof FailedError) {
      this.#begun = false;
      await afterWork(this.#session, "after-deploy", "failed", this.#facts());
    }
    return withAftermath(error, this.#order.environment, this.#access.vm);
  }

  #askVm(): void {
    const { vm } = this.#access;
    if (vm !== undefined) this.#survey = askVm(vm, this.#order).survey;
  }

  async #surveyed(): Promise<Survey> {
    return explained(this.#access, withSurvey(this.#survey));
  }

  async #applyServer(): Promise<void> {
    await this.#session.steps.run("server", async (step) => {
      const done = await mendAndApply(
        this.#session,
        this.#access,
        { agreed: this.#order.agreed, begun: this.#plan, check: this.#check },
        step,
      );
      if (!this.#sound) {
        await this.#access.vm?.close(); // it may lead to a server that is no more
        Object.assign(this.#access, await locate(this.#session, this.#access.terraform));
      }
      step.note = [this.#access.server.address, ...done].join(", ");
    });
  }

  #fail(step: string, reasons: string[], { output }: Step): never {
    for (const reason of reasons) output(`${reason}\n`);
    throw new StepError(step, reasons.map(plainText), this.#session.log.begin());
  }

  /** The VM, or what it has told already. */
  get #told(): Pick<Vm, "slots" | "history"> | undefined {
    const { vm } = this.#access;
    const told = async () => {
      const survey = await this.#survey?.catch(() => undefined);
      return survey?.slots ?? vm?.slots() ?? [];
    };
    return vm && { slots: told, history: (environment) => vm.history(environment) };
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

function withSurvey(survey: Promise<Survey> | undefined): Promise<Survey> {
  if (survey === undefined) throw new Error("nobody has asked the VM");
  return survey;
}
