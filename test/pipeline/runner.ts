import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Clone } from "../support/clone.ts";
import { type Job, readWorkflow, type Step } from "../support/workflows.ts";
import { act } from "./actions.ts";
import { type Contexts, holds, interpolate } from "./expressions.ts";
import { makeStepFiles, readPairs, type StepFiles } from "./step-files.ts";

/** What starts a workflow. */
export interface Event {
  name: string;
  ref: string;
  sha: string;
  inputs?: Record<string, string>;
  /** The rest of the event, as workflows read it under github.event. */
  payload?: Record<string, unknown>;
}

/** What became of a job. */
export interface JobRun {
  result: "success" | "failure" | "skipped";
  /** Markdown, as the run's page shows it. */
  summary: string;
  output: string;
  outputs: Record<string, string>;
  /** The actions that it used, with their inputs. */
  actions: { name: string; with: Record<string, string> }[];
}

/**
 * Runs workflows as a runner does: the jobs in the order of their needs, each step's own command under
 * bash -e, with the files and variables of a runner. Where GitHub gives each job a machine, here all have
 * one directory: the local cloud lives in it.
 */
export class Runner {
  readonly #clone: Clone;
  readonly #temporary = mkdtempSync(join(tmpdir(), "onebox-runner-"));
  /** GITHUB_API_URL and whatever else each step gets. */
  env: Record<string, string> = {};
  secrets: Record<string, string> = {};
  /** Called workflows that are not run, such as the tests that this is one of. */
  leftOut: string[] = [];
  /** All that the jobs printed and put on their pages. */
  readonly said: string[] = [];

  constructor(clone: Clone) {
    this.#clone = clone;
  }

  /** Runs a workflow; each job by its name, a called workflow's as "caller/job". */
  async run(name: string, event: Event): Promise<Record<string, JobRun>> {
    const runs: Record<string, JobRun> = {};
    for (const [job, definition] of Object.entries(readWorkflow(name).jobs)) {
      const needs = [definition.needs ?? []].flat();
      const missing = needs.filter((need) => runs[need] === undefined);
      if (missing.length > 0) throw new Error(`${name}: ${job} stands before ${missing.join()}`);
      const contexts = this.#contexts(event, runs);
      const failed = needs.some((need) => runs[need]?.result !== "success");
      if (!holds(definition.if, contexts, failed)) {
        runs[job] = { ...nothing(), result: "skipped" };
      } else if (definition.uses !== undefined) {
        Object.assign(runs, await this.#call(job, basename(definition.uses, ".yml"), event));
      } else {
        runs[job] = await this.#job(`${name}-${job}`, definition, event, contexts);
      }
    }
    return runs;
  }

  async #call(job: string, workflow: string, event: Event): Promise<Record<string, JobRun>> {
    if (this.leftOut.includes(workflow)) return { [job]: nothing() };
    const inner = await this.run(workflow, event);
    const named = Object.entries(inner).map(([name, run]) => [`${job}/${name}`, run]);
    const all = Object.values(inner);
    const outputs = Object.assign({}, ...all.map((run) => run.outputs));
    const result = all.every((run) => run.result === "success") ? "success" : "failure";
    return { ...Object.fromEntries(named), [job]: { ...nothing(), result, outputs } };
  }

  async #job(directory: string, job: Job, event: Event, contexts: Contexts): Promise<JobRun> {
    const run = nothing();
    const steps: Record<string, { outputs: Record<string, string> }> = {};
    const files = makeStepFiles(join(this.#temporary, directory));
    const all = { ...contexts, steps, runner: { temp: files.temp } };
    writeFileSync(files.event, JSON.stringify(event.payload ?? {}));
    for (const step of job.steps ?? []) {
      if (!holds(step.if, all, run.result === "failure")) continue;
      if (step.uses !== undefined) this.#action(step, event, all, run);
      else await this.#command(step, event, all, files, run);
      if (step.id !== undefined) steps[step.id] = { outputs: readPairs(files.output) };
      writeFileSync(files.output, "");
    }
    run.summary = readFileSync(files.summary, "utf8");
    this.said.push(run.output, run.summary);
    // A runner ends with its job; so does the agent of the job's keyring.
    const keyring = join(files.temp, "onebox-gnupg");
    if (existsSync(keyring)) spawnSync("gpgconf", ["--homedir", keyring, "--kill", "all"]);
    for (const [key, value] of Object.entries(job.outputs ?? {})) {
      run.outputs[key] = interpolate(value, all);
    }
    return run;
  }

  #action(step: Step, event: Event, contexts: Contexts, run: JobRun): void {
    const [name = ""] = (step.uses ?? "").split("@");
    const inputs: Record<string, string> = {};
    for (const [key, value] of Object.entries(step.with ?? {})) {
      if (name !== "actions/cache") inputs[key] = interpolate(String(value), contexts);
    }
    run.actions.push({ name, with: inputs });
    const artifacts = join(this.#temporary, "artifacts");
    act(name, { clone: this.#clone, sha: event.sha, artifacts }, inputs);
  }

  async #command(
    step: Step,
    event: Event,
    contexts: Contexts,
    files: StepFiles,
    run: JobRun,
  ): Promise<void> {
    const own = Object.entries(step.env ?? {}).map(([key, value]) => [
      key,
      interpolate(value, contexts),
    ]);
    const { directory } = this.#clone;
    const child = spawn("bash", ["-e", "-c", step.run ?? ""], {
      cwd: directory,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...process.env,
        CI: "true",
        GITHUB_ACTIONS: "true",
        GITHUB_ACTOR: "rehearsal",
        GITHUB_EVENT_NAME: event.name,
        GITHUB_EVENT_PATH: files.event,
        GITHUB_REF: event.ref,
        GITHUB_REF_NAME: event.ref.replace(/^refs\/(heads|tags)\//, ""),
        GITHUB_REPOSITORY: "you/onebox",
        GITHUB_RUN_ID: "1",
        GITHUB_SHA: event.sha,
        GITHUB_OUTPUT: files.output,
        GITHUB_ENV: files.env,
        GITHUB_STEP_SUMMARY: files.summary,
        GITHUB_WORKSPACE: directory,
        RUNNER_TEMP: files.temp,
        ...this.env,
        ...readPairs(files.env),
        ...Object.fromEntries(own),
      },
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        run.output += text;
      });
    }
    const code = await new Promise((resolve) => child.on("close", resolve));
    if (code !== 0) run.result = "failure";
  }

  #contexts(event: Event, runs: Record<string, JobRun>): Contexts {
    const github = {
      ref: event.ref,
      sha: event.sha,
      event_name: event.name,
      actor: "rehearsal",
      token: "job-token",
      repository: "you/onebox",
      event: { repository: { visibility: "public" }, ...event.payload },
    };
    return { github, secrets: this.secrets, inputs: event.inputs ?? {}, needs: runs };
  }

  remove(): void {
    rmSync(this.#temporary, { recursive: true, force: true });
  }
}

function nothing(): JobRun {
  return { result: "success", summary: "", output: "", outputs: {}, actions: [] };
}
