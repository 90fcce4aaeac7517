import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { root } from "../../config/load.ts";
import type { Job, Step, Workflow } from "./workflows.ts";

/** The actions that a step may use: few, and each for what no script can do. */
const known = [
  "actions/checkout",
  "actions/cache",
  "actions/upload-artifact",
  "actions/download-artifact",
  "actions/attest",
  "docker/setup-qemu-action",
  "docker/setup-buildx-action",
  "anchore/sbom-action",
  "anchore/scan-action",
  "anchore/scan-action/download-grype",
];

/** What may be said of a workflow, of a job and of a step. Another shell or place would be more than a call. */
const words = {
  workflow: ["name", "on", "permissions", "concurrency", "jobs"],
  job: [
    ...["runs-on", "timeout-minutes", "permissions", "environment", "concurrency", "needs", "if"],
    ...["uses", "outputs", "steps"],
  ],
  step: ["id", "if", "uses", "run", "with", "env"],
};
const unknownWords = (of: keyof typeof words, what: object) =>
  Object.keys(what)
    .filter((word) => !words[of].includes(word))
    .map((word) => `a ${of} needs no "${word}" here`);

/** What needs a right: the reason why a job may have it. */
const reasons: Record<string, (job: Job) => boolean> = {
  "contents: read": (job) => uses(job, "actions/checkout"),
  "contents: write": (job) => runs(job, "scripts/ci/release.sh"),
  "actions: write": (job) => runs(job, "scripts/ci/release.sh"),
  "packages: write": (job) =>
    runs(job, "scripts/ci/image.sh") || runs(job, "scripts/ci/preview-image.sh push"),
  "id-token: write": (job) => uses(job, "actions/attest"),
  "attestations: write": (job) => uses(job, "actions/attest"),
  "packages: read": (job) => runs(job, "scripts/ci/scan-running.sh"),
  "issues: write": (job) =>
    ["drift", "nightly", "scan-running"].some((name) => runs(job, `scripts/ci/${name}.sh`)),
  "pull-requests: read": (job) => runs(job, "scripts/ci/preview.sh choose"),
  "pull-requests: write": (job) => runs(job, "scripts/ci/comment.sh"),
};

const uses = (job: Job, action: string) =>
  (job.steps ?? []).some((step) => step.uses?.startsWith(`${action}@`));
const runs = (job: Job, script: string) =>
  (job.steps ?? []).some((step) => step.run?.startsWith(script));

/**
 * Holds a workflow against the house's rules.
 *
 * @param called reads the text of a workflow that a job calls
 * @returns the problems, one line each
 */
export function problemsOf(text: string, called: (file: string) => string): string[] {
  const workflow = load(text) as Workflow;
  const problems = unknownWords("workflow", workflow);
  if (JSON.stringify(workflow.permissions) !== "{}") {
    problems.push("workflow: give rights to jobs; here stands permissions: {}");
  }
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const bad = (why: string) => problems.push(`${name}: ${why}`);
    unknownWords("job", job).forEach(bad);
    if (job.uses !== undefined) callProblems(job, called).forEach(bad);
    else jobProblems(job).forEach(bad);
    for (const { uses } of job.steps ?? []) {
      if (uses !== undefined && !isPinned(uses, text)) {
        bad(`${uses}: pin it by its full commit, with the version beside it`);
      }
    }
    const deploys = runs(job, "scripts/ci/deploy.sh") || runs(job, "scripts/ci/preview.sh bring");
    const groups = [workflow.concurrency, job.concurrency].filter((group) => group !== undefined);
    if (deploys && groups.length === 0) bad("a deploy needs a concurrency group");
    if (deploys && groups.some((group) => group["cancel-in-progress"] !== false)) {
      bad("its concurrency group may cancel a running deploy");
    }
  }
  return problems;
}

/** Whether an action is named by commit, and its line ends with the version that Renovate follows. */
function isPinned(uses: string, text: string): boolean {
  if (!/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses)) return false;
  const lines = text.split("\n").filter((line) => line.includes(uses));
  return lines.every((line) => /# v\d+\.\d+\.\d+$/.test(line));
}

function jobProblems(job: Job): string[] {
  const problems: string[] = [];
  if (job["timeout-minutes"] === undefined) problems.push("has no timeout-minutes");
  if (!/-\d/.test(job["runs-on"] ?? "")) problems.push("runs-on names no version");
  if (job.permissions === undefined) problems.push("has no permissions");
  for (const [key, value] of Object.entries(job.permissions ?? {})) {
    const right = `${key}: ${value}`;
    if (!reasons[right]?.(job)) problems.push(`does not need the right ${right}`);
  }
  return [...problems, ...(job.steps ?? []).flatMap(stepProblems)];
}

/** A called workflow gets the rights that its own jobs have, no more. */
function callProblems(job: Job, called: (file: string) => string): string[] {
  if (!job.uses?.startsWith("./")) return [`${job.uses} is no workflow of this repository`];
  const workflow = load(called(job.uses)) as Workflow;
  const needed = Object.assign(
    {},
    ...Object.values(workflow.jobs).map((inner) => inner.permissions),
  );
  const rights = (permissions: object) => Object.entries(permissions).map(String).sort().join();
  return rights(needed) === rights(job.permissions ?? {})
    ? []
    : [`gives ${job.uses} other rights than its jobs have`];
}

function stepProblems(step: Step): string[] {
  return [...unknownWords("step", step), ...callOrAction(step)];
}

function callOrAction(step: Step): string[] {
  if (step.uses !== undefined) {
    const [action = ""] = step.uses.split("@");
    const problems = known.includes(action) ? [] : [`${action} is no action that we know`];
    if (action === "actions/checkout" && step.with?.["persist-credentials"] !== false) {
      problems.push("checkout leaves its token in the tree: persist-credentials: false");
    }
    return problems;
  }
  const run = step.run ?? "";
  const [, script = ""] = /^(scripts\/[\w./-]+\.sh)( [\w./=:-]+)*$/.exec(run) ?? [];
  if (script === "") return [`"${run.split("\n")[0]}" is more than a call of a script`];
  const file = join(root, script);
  const callable = existsSync(file) && (statSync(file).mode & 0o100) !== 0;
  return callable ? [] : [`${script} is no script that can be called`];
}
