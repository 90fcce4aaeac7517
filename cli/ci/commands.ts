import type { Entry } from "../commands.ts";

/** What the workflows of .github/workflows call, each by a script in scripts/ci/. */
export const ciCommands: Record<string, Entry> = {
  "ci/check-setup": {
    summary: "Looks at how the repository is set up at GitHub, and says what is missing.",
    load: () => import("../commands/ci/check-setup.ts"),
  },
  "ci/comment": {
    summary: "Puts a text under a pull request; the next one takes its place.",
    load: () => import("../commands/ci/comment.ts"),
  },
  "ci/deploy": {
    summary: "Deploys, and writes into the job's summary what was deployed where, and what is new.",
    load: () => import("../commands/ci/deploy.ts"),
  },
  "ci/drift": {
    summary: "Looks for drift, and keeps one issue about it while there is any.",
    load: () => import("../commands/ci/drift.ts"),
  },
  "ci/image": {
    summary: "Builds and pushes a commit's image, and writes into the job's summary what is in it.",
    load: () => import("../commands/ci/image.ts"),
  },
  "ci/nightly": {
    summary: "Runs all tests there are, and keeps one issue about them while one fails.",
    load: () => import("../commands/ci/nightly.ts"),
  },
  "ci/plan": {
    summary: "Plans a pull request: what it would change on the infrastructure, and what it costs.",
    load: () => import("../commands/ci/plan.ts"),
  },
  "ci/prepare": {
    summary: "Frees port 22 of a runner, which the servers of the local cloud need.",
    load: () => import("../commands/ci/prepare.ts"),
  },
  "ci/preview": {
    summary: "Puts up the preview of the pull request that the run is for, or takes it down.",
    load: () => import("../commands/ci/preview.ts"),
  },
  "ci/preview-image": {
    summary: "Builds a pull request's image without any login, or pushes it.",
    load: () => import("../commands/ci/preview-image.ts"),
  },
  "ci/release": {
    summary: "Publishes a version: its page and, where there is none yet, its tag.",
    load: () => import("../commands/ci/release.ts"),
  },
  "ci/running": {
    summary: "Hands the images that run on the server to later jobs.",
    load: () => import("../commands/ci/running.ts"),
  },
  "ci/scan": {
    summary: "Holds a vulnerability scan against the budget of .github/vulnerability-budget.json.",
    load: () => import("../commands/ci/scan.ts"),
  },
  "ci/scan-running": {
    summary: "Scans the images that run, and keeps one issue while one is over the budget.",
    load: () => import("../commands/ci/scan-running.ts"),
  },
  "ci/sign": {
    summary: "Signs the image that main's job has built, for the VM that asks for signatures.",
    load: () => import("../commands/ci/sign.ts"),
  },
  "ci/test": {
    summary: "Runs the tests, and writes what they counted into the job's summary.",
    load: () => import("../commands/ci/test.ts"),
  },
  "ci/unlock": {
    summary:
      "Gives the job the GPG key that opens the secrets, in a keyring that ends with the job.",
    load: () => import("../commands/ci/unlock.ts"),
  },
};
