import { accessSync, constants, existsSync } from "node:fs";
import { join } from "node:path";
import type { EnvironmentName } from "../config/schema.ts";
import { FailedError, RefusedError } from "./errors.ts";
import { plainText } from "./plain-text.ts";
import { hostNames, type Project, schemeOf } from "./project.ts";
import type { Release } from "./release/release.ts";
import type { Session } from "./session.ts";

const hookNames = ["before-deploy", "after-deploy", "after-rollback"] as const;
/** A program of the user's own in hooks/, which runs here, on the operator's side (docs/hooks.md). */
export type HookName = (typeof hookNames)[number];

/** What a hook may know. */
export interface HookFacts {
  project: Project;
  environment: EnvironmentName;
  address: string;
  release: Release | undefined;
  /** The name of the one that served, or was tried, before the work began. */
  previous: string;
  by: string;
}

/** Whether one of these is there. */
export function hasHook(root: string, ...names: HookName[]): boolean {
  return names.some((name) => existsSync(join(root, "hooks", name)));
}

/** Whether there is any. */
export const hasHooks = (root: string): boolean => hasHook(root, ...hookNames);

/** Refuses a hook that could not be run, before anything else is done. */
export function checkHooks(root: string): void {
  for (const name of hookNames) {
    if (!hasHook(root, name)) continue;
    try {
      accessSync(join(root, "hooks", name), constants.X_OK);
    } catch {
      throw new RefusedError(`hooks/${name} is not executable; run: chmod +x hooks/${name}`);
    }
  }
}

/** Runs the hook after the work: what is done is done, so one that fails only gets a warning. */
export async function afterWork(
  session: Session,
  name: HookName,
  result: "served" | "canary" | "failed",
  facts: HookFacts,
): Promise<void> {
  if (await runHook(session, name, result, facts)) return;
  session.say(`  ! hooks/${name} failed; ${facts.environment} stays as it is`);
}

/** Runs the hook before the work; nothing was touched yet, and nothing will be when it says no. */
export async function beforeDeploy(session: Session, facts: HookFacts): Promise<void> {
  if (await runHook(session, "before-deploy", "", facts)) return;
  throw new FailedError("hooks/before-deploy says no; nothing was touched");
}

/** Whether it went well, or is not there. When it did not, the end of what it said is shown. */
async function runHook(
  session: Session,
  name: HookName,
  result: string,
  facts: HookFacts,
): Promise<boolean> {
  const { root, processes, steps } = session;
  const { LC_ALL } = session.invocation.environment; // its output is the user's, in the user's language
  if (!hasHook(root, name)) return true;
  let said = "";
  try {
    await steps.run("hook", async (step) => {
      step.note = `hooks/${name}`;
      step.progress(`hooks/${name}`);
      const { code } = await processes.run(join(root, "hooks", name), [], {
        ...{ cwd: root, env: { ...hookEnvironment(facts, result), LC_ALL }, codes: "any" as const },
        output: (text) => {
          said += text;
          step.output(text);
        },
      });
      if (code === 0) return;
      step.note = `hooks/${name} ended with exit code ${code}`;
      throw new FailedError(step.note);
    });
    return true;
  } catch (error) {
    if (!(error instanceof FailedError)) throw error;
    const lines = plainText(said).split("\n").filter(Boolean);
    for (const line of lines.slice(-8)) session.say(`    ${line}`);
    return false;
  }
}

/** What a hook is told; nothing of it is secret, nor gives access to a secret. */
export function hookEnvironment(facts: HookFacts, result: string): Record<string, string> {
  const { project, environment, address, release, previous, by } = facts;
  return {
    ONEBOX_ENVIRONMENT: environment,
    ONEBOX_URL: `${schemeOf(project)}://${hostNames(project, environment)[0]}`,
    ONEBOX_ADDRESS: address,
    ONEBOX_RELEASE: release?.name ?? "",
    ONEBOX_IMAGE: release?.image ?? "",
    ONEBOX_COMMIT: release?.commit ?? "",
    ONEBOX_PREVIOUS_RELEASE: previous,
    ONEBOX_RESULT: result,
    ONEBOX_BY: by,
  };
}
