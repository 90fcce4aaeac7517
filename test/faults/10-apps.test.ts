import { pushImage, withFault } from "./bad-images.ts";
import { expectFailure, good, type Refusal, readySeconds, stage } from "./shared.ts";

/** That it was not ready, and why. */
const unready = (why: string) =>
  new RegExp(`the app did not answer 200 on /readyz within ${readySeconds} s: ${why}`);
const asked = `asked as ${stage.host.replaceAll(".", "\\.")}`;
const silent = "nothing listens on port 3000 of the container's own address";
const worse = /release \S+ is worse than the one before: \d+ of its \d+ answers were errors/;

const apps: Record<string, Refusal & { what: string }> = {
  "crash-at-start": { what: "ends at its start", error: /ended by itself, with exit code 3/ },
  "never-ready": {
    what: "is never ready",
    error: unready(`${asked}, port 3000 answered HTTP 503`),
  },
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
  "errors-always": {
    what: "answers 500 to everything",
    error: unready(`${asked}, port 3000 answered HTTP 500`),
  },
  "refuses-its-host": {
    what: "answers 400 to whoever asks by its host",
    error: unready(`${asked}, port 3000 answered HTTP 400`),
  },
  redirects: {
    what: "answers with a redirect",
    error: unready(`${asked}, port 3000 answered HTTP 302, a redirect`),
  },
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
  "wrong-port": { what: "listens on another port", error: unready(silent) },
  "own-address-only": { what: "listens on 127.0.0.1 only", error: unready(silent) },
  "out-of-memory": { what: "needs too much memory", error: /killed for its memory.*256m/ },
  "slow-always": {
    what: "takes 10 s for each answer",
    error: unready(`${asked} by HTTP/1\\.1 on port 3000: .*timed out`),
  },
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
