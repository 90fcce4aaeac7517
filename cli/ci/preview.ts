/** The label by which a maintainer lets a fork's or a bot's pull request have a preview. */
export const LABEL = "preview";

/** A pull request, as GitHub's API and its events describe it; only what is used. */
export interface Pull {
  number: number;
  state: "open" | "closed";
  user: { type: string } | null;
  head: { ref: string; label: string; sha: string; repo: { full_name: string } | null };
}

/** What has happened to a pull request. */
export interface PullEvent {
  action: string;
  pull_request: Pull;
  repository: { full_name: string };
  /** The one that was put on, with "labeled". */
  label?: { name: string };
}

/** What to do about its preview; `why`: for people, when nothing is done. */
export type PreviewChoice = { action: "up" | "down" } | { action: "nothing"; why: string };

const isFork = ({ pull_request, repository }: PullEvent) =>
  pull_request.head.repo?.full_name !== repository.full_name;

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
