import { z } from "zod";
import type { GitHub } from "./github.ts";
import type { Issue } from "./issues.ts";

/** GitHub's own account behind a job's token; only what it wrote is ever changed. */
const BOT = "github-actions[bot]";
/** GitHub refuses longer texts. */
const LONGEST = 65_000;

const written = { body: z.string().nullable(), user: z.object({ login: z.string() }).nullable() };
const comments = z.array(z.object({ id: z.number(), ...written }));
const openIssues = z.array(z.object({ number: z.number(), ...written }));

/** A text with the mark by which it is found again; what is too long ends with a pointer to the run. */
export function marked(mark: string, text: string, run: string): string {
  const end = `\n\n[The run](${run})\n<!-- onebox: ${mark} -->`;
  const room = LONGEST - end.length;
  // The text may be a pull request's: it must not be found again as another comment than it is.
  const plain = text.replaceAll("<!--", "&lt;!--");
  if (plain.length <= room) return plain.trimEnd() + end;
  return `${plain.slice(0, room - 40)}\n\`\`\`\n(cut; the run has all of it)${end}`;
}

/** Whether the pipeline has written it, and about this. */
export function isPipelines(
  mark: string,
  { user, body }: z.infer<z.ZodObject<typeof written>>,
): boolean {
  return user?.login === BOT && (body?.includes(`<!-- onebox: ${mark} -->`) ?? false);
}

/** Puts one comment with this mark under a pull request, unless it is only to change the one that is there. */
export async function putComment(
  github: GitHub,
  pull: number,
  mark: string,
  body: string,
  onlyChange = false,
): Promise<void> {
  const found = await github.get(`issues/${pull}/comments?per_page=100`, comments);
  const own = found.find((entry) => isPipelines(mark, entry));
  if (own === undefined && onlyChange) return;
  if (own === undefined) await github.send("POST", `issues/${pull}/comments`, { body });
  else await github.send("PATCH", `issues/comments/${own.id}`, { body });
}

/**
 * Keeps one open issue with this mark: opens or changes it, or closes it when `body` is undefined.
 *
 * @returns what was done
 */
export async function keepIssue(
  github: GitHub,
  mark: string,
  { title, closing }: Pick<Issue, "title" | "closing">,
  body: string | undefined,
): Promise<"opened" | "updated" | "closed" | "nothing"> {
  const path = `issues?state=open&creator=${encodeURIComponent(BOT)}&per_page=100`;
  const own = (await github.get(path, openIssues)).find((entry) => isPipelines(mark, entry));
  if (body === undefined) {
    if (own === undefined) return "nothing";
    await github.send("POST", `issues/${own.number}/comments`, { body: closing });
    await github.send("PATCH", `issues/${own.number}`, { state: "closed" });
    return "closed";
  }
  if (own !== undefined) {
    await github.send("PATCH", `issues/${own.number}`, { title, body });
    return "updated";
  }
  await github.send("POST", "issues", { title, body });
  return "opened";
}
