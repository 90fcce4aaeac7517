import { pushImage, withFault } from "./bad-images.ts";
import { expectFailure, good, type Refusal, readySeconds, stage } from "./shared.ts";

const unready = new RegExp(`the app did not answer 200 on /readyz within ${readySeconds} s`);
const worse = /release \S+ is worse than the one before: \d+ of its \d+ answers were errors/;

const apps: Record<string, Refusal & { what: string }> = {
  "crash-at-start": { what: "ends at its start", error: /ended by itself, with exit code 3/ },
  "never-ready": { what: "is never ready", error: unready },
  "crash-when-ready": {
    what: "ends 1 s after it was ready",
    error: /ended by itself, with exit code 4/,
    watched: true,
  },
  "crash-when-visited": {
    what: "ends at every visit",
    error: /ended by itself, with exit code 5/,
    watched: true,
  },
  "errors-always": { what: "answers 500 to everything", error: unready },
  "errors-for-visitors": {
    what: "answers 500 to everyone but its probes",
    error: worse,
    watched: true,
  },
  "errors-in-pieces": {
    what: "answers 500 in pieces to everyone but its probes",
    error: worse,
    watched: true,
  },
  "wrong-release": { what: "says that it is another release", error: /does not name release/ },
  "wrong-port": { what: "listens on another port", error: unready },
  "out-of-memory": { what: "needs too much memory", error: /killed for its memory.*256m/ },
  "slow-always": { what: "takes 10 s for each answer", error: unready },
  "slow-for-visitors": {
    what: "takes 10 s for each answer but its probes",
    error: /is worse than the one before: \d+ of its requests wait for an answer/,
    watched: true,
  },
};

describe("an app that", () => {
  for (const [name, { what, ...refusal }] of Object.entries(apps)) {
    it(`${what} is not released, and nobody notices`, async () => {
      await expectFailure(pushImage(stage, good[0] ?? "", name, withFault(name)), refusal);
    });
  }
});
