import type { Begun } from "../begun.ts";
import { locate } from "../locate.ts";
import type { Access } from "../server.ts";
import type { ServerCheck } from "../server-check/check.ts";
import type { Session } from "../session.ts";
import type { Survey } from "../vm/answers.ts";
import { checkBefore, needDisks } from "./check.ts";
import { isAsLeft, isSound } from "./decide.ts";
import { mendAndApply } from "./mend.ts";
import type { Order } from "./options.ts";
import { beginPlan } from "./server.ts";

/** The server's part in a deploy: it is made or mended before the release, or, where it is sound, looked at beside it. */
export class ServerWork {
  readonly #session: Session;
  readonly #access: Access;
  readonly #order: Order;
  #sound = false;
  /** What the Cloud API says of a server that is not sound. */
  #check: ServerCheck | undefined;
  /** Of one that is as it was left. */
  #plan: Begun<boolean> | undefined;

  constructor(session: Session, access: Access, order: Order) {
    this.#session = session;
    this.#access = access;
    this.#order = order;
  }

  /** Whether it need not be looked at before the release. */
  get sound(): boolean {
    return this.#sound;
  }

  /**
   * Sees before anything is touched whether the server can become what is configured. One that is as it was left is not
   * asked about.
   *
   * @param survey what the VM says; undefined: it does not answer, or there is none
   * @throws ProblemsError
   */
  async check(survey: Survey | undefined): Promise<void> {
    const { server, terraform } = this.#access;
    this.#sound = isSound(survey, server.applied, terraform.variables.definition);
    if (this.#sound) return needDisks(this.#session, survey);
    await this.#plan?.ended(); // it locks the state
    this.#plan = undefined; // what is mended first is planned anew
    this.#check = await checkBefore(this.#session, this.#access, this.#order, survey);
  }

  /** Creates or mends one that is not sound; it may be another one afterwards. */
  async mend(): Promise<void> {
    await this.#apply(async () => {
      await this.#access.vm?.close(); // it may be connected to a server that is no more
      Object.assign(this.#access, await locate(this.#session, this.#access.terraform));
    });
  }

  /** Has Terraform look at one that is as it was left, while other work is done; it may not be sound yet. */
  beginLook(): void {
    const { server, terraform } = this.#access;
    if (!isAsLeft(server.applied, terraform.variables.definition)) return;
    this.#plan ??= beginPlan(this.#session, this.#access);
  }

  /** Sees that a sound one is as it is defined. */
  async look(): Promise<void> {
    if (this.#sound) await this.#apply(async () => {});
  }

  async #apply(then: () => Promise<void>): Promise<void> {
    await this.#session.steps.run("server", async (step) => {
      const done = await mendAndApply(
        this.#session,
        this.#access,
        { agreed: this.#order.agreed, begun: this.#plan, check: this.#check },
        step,
      );
      await then();
      step.note = [this.#access.server.address, ...done].join(", ");
    });
  }
}
