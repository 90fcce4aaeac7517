import type { Survey } from "../vm/answers.ts";
import type { Vm } from "../vm/vm.ts";
import type { Order } from "./options.ts";

/** A VM that is being asked. */
export interface AskedVm {
  vm: Vm;
  survey: Promise<Survey>;
}

/** Asks the VM what a deploy has to know, through the connection that later questions will use too. */
export function askVm(vm: Vm, { environment }: Order): AskedVm {
  vm.shareConnection();
  const survey = vm.survey(environment);
  survey.catch(() => {}); // whoever waits for it hears of it
  return { vm, survey };
}
