import { stage } from "../stage/use.ts";
import type { Clone } from "../support/clone.ts";
import { Operator } from "../support/operator.ts";

/** The shared stage's clone, which these tests deploy from, one after another, in the order of their names. */
export let clone: Clone;
before(() => {
  ({ clone } = stage);
});

export const { printed, run, serving, onVm, containers, request, changeHeading } = new Operator(
  () => clone,
);
