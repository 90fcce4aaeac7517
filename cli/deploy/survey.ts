import { type Access, withVm } from "../server.ts";
import { explained } from "../server-check/silence.ts";
import type { Slot, Survey } from "../vm/answers.ts";
import type { Vm } from "../vm/vm.ts";
import type { Order } from "./options.ts";

/** What a VM tells a deploy before it begins; it is asked while other work is done. */
export class VmSurvey {
  readonly #environment: string;
  #asked: { vm: Vm; survey: Promise<Survey> } | undefined;

  constructor({ environment }: Pick<Order, "environment">) {
    this.#environment = environment;
  }

  /** Asks a VM, through the connection that later questions will use too. @param anew although it was asked already */
  ask(vm: Vm | undefined, anew = false): void {
    if (vm === undefined || (vm === this.#asked?.vm && !anew)) return;
    vm.shareConnection();
    const survey = vm.survey(this.#environment);
    survey.catch(() => {}); // whoever waits for it hears of it
    this.#asked = { vm, survey };
  }

  /** What it has told; undefined: there is none, or it does not answer. */
  async find(): Promise<Survey | undefined> {
    return this.#asked?.survey.catch(() => undefined);
  }

  /** The same where it is needed. */
  async need(access: Access): Promise<Survey> {
    if (this.#asked === undefined) throw new Error("nobody has asked the VM");
    return explained(withVm(access), this.#asked.survey);
  }

  /** What runs there, asked again where it has not told. */
  async slots(): Promise<Slot[]> {
    return (await this.find())?.slots ?? this.#asked?.vm.slots() ?? [];
  }
}
