import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Environment } from "../environment.ts";
import { RefusedError } from "../errors.ts";

/** The label by which a maintainer lets a fork's or a bot's pull request have a preview. */
export const LABEL = "preview";

const named = z.object({ full_name: z.string() });

/** A pull request, as GitHub's API and its events describe it; only what is used. */
export const pullSchema = z.object({
  number: z.int().positive(),
  state: z.enum(["open", "closed"]),
  user: z.object({ type: z.string() }).nullable(),
  head: z.object({
    ref: z.string(),
    label: z.string(),
    sha: z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/),
    repo: named.nullable(),
  }),
});
export type Pull = z.infer<typeof pullSchema>;

const eventSchema = z.object({
  action: z.string(),
  pull_request: pullSchema,
  repository: named,
  /** The one that was put on, with "labeled". */
  label: z.object({ name: z.string() }).optional(),
});
/** What has happened to a pull request. */
export type PullEvent = z.infer<typeof eventSchema>;

/**
 * Reads what the run is for.
 *
 * @throws RefusedError when it is for no pull request
 */
export function readPullEvent({ GITHUB_EVENT_PATH: file = "" }: Environment): PullEvent {
  try {
    return eventSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new RefusedError("GITHUB_EVENT_PATH does not name a pull request's event", { cause });
  }
}

/** What to do about its preview; `why`: for people, when nothing is done. */
export type PreviewChoice = { action: "up" | "down" } | { action: "nothing"; why: string };

/** Whether it comes from another repository. */
export const isFork = ({ pull_request, repository }: PullEvent): boolean =>
  pull_request.head.repo?.full_name !== repository.full_name;

/** Whether its author may not write here, so that somebody who may has to let its preview be. */
export const isStrangers = (event: PullEvent): boolean =>
  isFork(event) || event.pull_request.user?.type === "Bot";

/**
 * Chooses what an event asks for. The label counts for the commit that it was put on: what a fork pushes later
 * has been seen by nobody, and waits until the label is put on again.
 */
export function chooseAtEvent(event: PullEvent): PreviewChoice {
  const { action, label, pull_request: pull } = event;
  if (action === "closed") return { action: "down" };
  if (pull.state === "closed") return { action: "nothing", why: "the pull request is closed" };
  if (action === "labeled") {
    if (label?.name === LABEL) return { action: "up" };
    return { action: "nothing", why: "another label asks for nothing" };
  }
  if (!["opened", "reopened", "synchronize"].includes(action)) {
    return { action: "nothing", why: `"${action}" asks for nothing` };
  }
  if (isFork(event))
    return { action: "nothing", why: `a fork's commit waits for the label "${LABEL}"` };
  if (pull.user?.type === "Bot") {
    return { action: "nothing", why: `a bot's pull request waits for the label "${LABEL}"` };
  }
  return { action: "up" };
}

/** Chooses by what the pull request is by now: runs wait for each other, and builds take their time. */
export function chooseNow(event: PullEvent, now: Pull): PreviewChoice {
  const choice = chooseAtEvent(event);
  if (choice.action === "nothing") return choice;
  if (now.state === "closed") return { action: "down" };
  if (choice.action === "down") return { action: "nothing", why: "it was opened again" };
  if (now.head.sha === event.pull_request.head.sha) return choice;
  return {
    action: "nothing",
    why: "there is a later commit; it has a run of its own, or waits for the label",
  };
}

/** The name that the preview goes by: a fork's has its owner's in front, which no branch's can have. */
export function branchOf(event: PullEvent): string {
  return isFork(event) ? event.pull_request.head.label : event.pull_request.head.ref;
}

/** The comment while there is a preview. */
export function renderUp(url: string, commit: string, hours: number): string {
  const end = `It ends ${hours} hours after the last commit, or with this pull request`;
  return `## Preview\n\n${url} shows ${commit.slice(0, 7)}. ${end}; asleep, it wakes when visited.\n`;
}

/** The comment in its place, afterwards. */
export const renderDown = (): string => "## Preview\n\nIt was taken down with this pull request.\n";
