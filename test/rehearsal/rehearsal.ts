import { withHostileLines } from "../fixtures/env/hostile.ts";
import { watchArguments } from "../support/arguments.ts";
import { Clone } from "../support/clone.ts";
import { Operator } from "../support/operator.ts";
import { plantCanaries, readSecrets, writeSecrets } from "../support/secrets.ts";

/** The clone that all rehearsal tests deploy from, one after another, in the order of their names. */
export const clone: Clone = new Clone();
/** Values of the clone's secrets, which must turn up nowhere. */
export const canaries: string[] = plantCanaries(clone);
/** Every command line seen meanwhile. */
export const seenArguments = watchArguments();
writeSecrets(clone, { ".env.stage": withHostileLines(readSecrets(clone)[".env.stage"] ?? "") });
clone.commit("Use secrets of our own");

export const { printed, run, serving, onVm, containers, request, changeHeading } = new Operator(
  () => clone,
);

// At the end of all files, also when a test failed half-way.
after(async () => {
  seenArguments.stop();
  await clone.run("cloud.sh", ["reset", "--yes"]);
  clone.remove();
});
