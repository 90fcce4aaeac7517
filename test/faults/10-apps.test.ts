import { stage } from "../stage/use.ts";
import { stageHost } from "../support/stage.ts";
import { pushImage, withFault } from "./bad-images.ts";
import { all, defences, some } from "./sample.ts";
import { expectFailure, expectSuccess, good, type Refusal, readySeconds } from "./shared.ts";

/** That it was not ready, and why. */
const unready = (why: string) =>
  new RegExp(`the app did not answer 200 on /readyz within ${readySeconds} s: ${why}`);
const asked = `asked as ${stageHost.replaceAll(".", "\\.")}`;
const answered = (what: string) => unready(`${asked}, port 3000 answered ${what}`);
const worse =
  /release \S+ is worse than the one before: \d+ of its \d+ reads were answered with errors/;
/** As `worse`, or already when the edge leads to it: a visitor may come before Onebox's own look. */
const worseFromItsFirstVisitor = new RegExp(
  `${worse.source}|did not answer 200 through Traefik within 5 s`,
);

type Fault = Refusal & { name: string; what: string };

/** By what stops them; of some defences a sample is tried. */
const apps: Fault[][] = [
  [
    {
      name: "crash-at-start",
      what: "ends at its start",
      error: /ended by itself, with exit code 3/,
    },
    { name: "out-of-memory", what: "needs too much memory", error: /killed for its memory.*256m/ },
    {
      name: "fills-tmp",
      what: "fills /tmp, which is memory",
      error: /killed for its memory.*256m/,
      watched: true,
    },
  ],
  [
    { name: "never-ready", what: "is never ready", unready: true, error: answered("HTTP 503") },
    {
      name: "errors-always",
      what: "answers 500 to everything",
      unready: true,
      error: answered("HTTP 500"),
    },
    {
      name: "refuses-its-host",
      what: "answers 400 to whoever asks by its host",
      unready: true,
      error: unready(
        `${asked}, port 3000 answered HTTP 400, but HTTP 200 when asked as localhost: the app refuses its host`,
      ),
    },
    {
      name: "redirects",
      what: "answers with a redirect",
      unready: true,
      error: answered("HTTP 302, a redirect"),
    },
    {
      name: "forces-https",
      what: "leads all that comes by HTTP to HTTPS",
      unready: true,
      error: answered("HTTP 301, a redirect to HTTPS"),
    },
    {
      name: "answers-garbage",
      what: "answers with what is no HTTP",
      unready: true,
      error: unready(`${asked} by HTTP/1\\.1 on port 3000: .*chunk`),
    },
    {
      name: "hangs-up",
      what: "ends each connection without an answer",
      unready: true,
      error: unready(`${asked} by HTTP/1\\.1 on port 3000: .*Empty reply`),
    },
    {
      name: "floods-its-log",
      what: "writes a hundred megabytes of logs, and does nothing else",
      unready: true,
      error: unready("nothing listens on any port of its container"),
    },
    {
      name: "wrong-port",
      what: "listens on another port",
      unready: true,
      error: unready("it listens on port 3001, and not on 3000"),
    },
    {
      name: "own-address-only",
      what: "listens on 127.0.0.1 only",
      unready: true,
      error: unready("it listens on port 3000 of 127\\.0\\.0\\.1 only"),
    },
    {
      name: "slow-always",
      what: "takes 10 s for each answer",
      unready: true,
      error: unready(`${asked} by HTTP/1\\.1 on port 3000: .*timed out.*; the app is too slow`),
    },
    {
      name: "ipv6-only",
      what: "listens by IPv6 only",
      unready: true,
      error: unready("it listens on port 3000 by IPv6 only"),
    },
    {
      name: "starts-late",
      what: "takes longer to start than it may",
      unready: true,
      error: unready("nothing listens on any port of its container"),
    },
    {
      name: "burns-cpu",
      what: "starts processes without end, which take all they get",
      unready: true,
      error: unready("nothing listens on any port of its container"),
    },
    {
      name: "http2-only",
      what: "speaks HTTP/2 only",
      unready: true,
      error: unready(`${asked} by HTTP/1\\.1 on port 3000: .*; by HTTP/2 it answered HTTP 200`),
    },
  ],
  [
    {
      name: "wrong-release",
      what: "says that it is another release",
      error: /does not name release/,
    },
  ],
  [
    {
      name: "crash-when-ready",
      what: "ends 1 s after it was ready",
      error: /ended by itself, with exit code 4/,
      watched: true,
    },
    {
      name: "crash-when-visited",
      what: "ends at every visit",
      error: /ended by itself, with exit code 5/,
      watched: true,
    },
  ],
  [
    {
      name: "errors-for-visitors",
      what: "answers 500 to everyone but its probes",
      error: worse,
      watched: true,
    },
    {
      name: "tires",
      what: "answers 500 to everything after its first visitors",
      error: worseFromItsFirstVisitor,
      watched: true,
    },
    {
      name: "goes-deaf",
      what: "takes no more connections after its first visitor",
      error: worseFromItsFirstVisitor,
      watched: true,
    },
    {
      name: "errors-in-pieces",
      what: "answers 500 in pieces to everyone but its probes",
      error: worse,
      watched: true,
    },
    {
      name: "slow-for-visitors",
      what: "takes 10 s for each answer but its probes",
      error: /is worse than the one before: \d+ of its requests wait for an answer/,
      watched: true,
    },
  ],
];

describe("an app that", () => {
  if (all) {
    it("takes 90 s to start is released, and nobody notices", async () => {
      const image = pushImage(stage, good[0] ?? "", "starts-in-90-s", withFault("starts-in-90-s"));
      await expectSuccess(image, "--config", "test/fixtures/patient.config.ts");
    });
  }
  for (const { name, what, ...refusal } of defences(apps, "wrong-release").flatMap(some)) {
    it(`${what} is not released, and nobody notices`, async () => {
      await expectFailure(pushImage(stage, good[0] ?? "", name, withFault(name)), refusal);
    });
  }
});
