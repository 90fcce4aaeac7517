import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { root } from "../../config/load.ts";

/** A step of a job. */
export interface Step {
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

/** A job of a workflow, or a call of another workflow. */
export interface Job {
  "runs-on"?: string;
  "timeout-minutes"?: number;
  permissions?: Record<string, string>;
  environment?: string;
  concurrency?: Concurrency;
  needs?: string | string[];
  if?: string;
  uses?: string;
  outputs?: Record<string, string>;
  steps?: Step[];
}

/** Which runs exclude each other. */
interface Concurrency {
  group: string;
  "cancel-in-progress"?: boolean;
}

/** A workflow, as far as it is used here. */
export interface Workflow {
  name: string;
  on: Record<string, unknown>;
  permissions?: Record<string, string>;
  concurrency?: Concurrency;
  jobs: Record<string, Job>;
}

const directory = join(root, ".github/workflows");

/** The names of all workflows, without ".yml". */
export const workflowNames: string[] = readdirSync(directory)
  .filter((file) => /\.ya?ml$/.test(file))
  .map((file) => file.replace(/\.ya?ml$/, ""))
  .sort();

/** A workflow's text. */
export function workflowText(name: string): string {
  return readFileSync(join(directory, `${name}.yml`), "utf8");
}

/** Reads a workflow. */
export function readWorkflow(name: string): Workflow {
  return load(workflowText(name)) as Workflow;
}
