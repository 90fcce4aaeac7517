import { z } from "zod";
import type { GitHub } from "./github.ts";
import { isPipelines } from "./post.ts";
import { isFork, isStrangers, type PreviewChoice, type PullEvent } from "./preview.ts";

/** What GitHub tells of a review of a pull request. */
const review = z.object({
  state: z.string(),
  /** The commit that the reviewer had before him. */
  commit_id: z.string().nullable(),
  user: z.object({ login: z.string() }).nullable(),
});
const comment = z.object({
  body: z.string().nullable(),
  user: z.object({ login: z.string() }).nullable(),
});
const permission = z.object({ permission: z.string() });
const pull = z.object({ number: z.int() });

/** Entries of a page of GitHub's lists, and how many pages are looked at. */
const [PAGE, PAGES] = [100, 10];

/**
 * Lets a choice be only if whoever has caused it may: what a stranger has pushed is shown once a member has reviewed
 * that very commit, and closing a pull request takes down what it has put up, nothing else.
 */
export async function guardPreview(
  github: GitHub,
  event: PullEvent,
  choice: PreviewChoice,
  { forks }: { forks: boolean },
): Promise<PreviewChoice> {
  const { number, head } = event.pull_request;
  if (choice.action === "up" && isFork(event) && !forks)
    return { action: "nothing", why: "onebox.config.ts lets no fork have one (previews.forks)" };
  if (choice.action === "up" && isStrangers(event) && !(await isReviewed(github, number, head.sha)))
    return {
      action: "nothing",
      why: `nobody who may write here has reviewed ${head.sha.slice(0, 7)}; review it, then put the label on again`,
    };
  if (choice.action !== "down") return choice;
  if (await isShownByAnother(github, number, head.label))
    return { action: "nothing", why: "another pull request shows the same branch" };
  if (isStrangers(event) && !(await isShown(github, number)))
    return { action: "nothing", why: "this pull request has none" };
  return choice;
}

/** Whether somebody who may write has submitted a review of exactly this commit, and not one that asks for changes. */
async function isReviewed(github: GitHub, number: number, commit: string): Promise<boolean> {
  const reviews = await list(github, `pulls/${number}/reviews`, review);
  const good = reviews.filter(
    ({ state, commit_id }) => commit_id === commit && ["APPROVED", "COMMENTED"].includes(state),
  );
  for (const login of new Set(good.flatMap(({ user }) => user?.login ?? []))) {
    const path = `collaborators/${encodeURIComponent(login)}/permission`;
    const found = await github.get(path, permission);
    if (["admin", "write"].includes(found.permission)) return true;
  }
  return false;
}

/** Whether the pipeline's comment under it names a preview. */
async function isShown(github: GitHub, number: number): Promise<boolean> {
  const comments = await list(github, `issues/${number}/comments`, comment);
  const own = comments.find((entry) => isPipelines("preview", entry));
  return own?.body?.startsWith("## Preview\n\nhttp") ?? false;
}

async function isShownByAnother(github: GitHub, number: number, label: string): Promise<boolean> {
  const path = `pulls?state=open&head=${encodeURIComponent(label)}`;
  return (await list(github, path, pull)).some((other) => other.number !== number);
}

async function list<T>(github: GitHub, path: string, entry: z.ZodType<T>): Promise<T[]> {
  const found: T[] = [];
  for (let page = 1; page <= PAGES; page++) {
    const more = `${path}${path.includes("?") ? "&" : "?"}per_page=${PAGE}&page=${page}`;
    const entries = await github.get(more, z.array(entry));
    found.push(...entries);
    if (entries.length < PAGE) break;
  }
  return found;
}
