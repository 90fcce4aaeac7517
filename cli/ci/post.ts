import { z } from "zod";
import type { GitHub } from "./github.ts";
import type { Issue } from "./issues.ts";

/** GitHub's own account behind a job's token; only what it wrote is ever changed. */
const BOT = "github-actions[bot]";
/** GitHub refuses longer texts. */
const LONGEST = 65_000;
/** Entries that GitHub lists at once. */
const PAGE = 100;

const written = { body: z.string().nullable(), user: z.object({ login: z.string() }).nullable() };
type Written = z.infer<z.ZodObject<typeof written>>;
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
export function isPipelines(mark: string, { user, body }: Written): boolean {
  return user?.login === BOT && (body?.includes(`<!-- onebox: ${mark} -->`) ?? false);
}

/** The first entry of a list that the pipeline has written about this; all pages are looked through. */
async function findOwn<Entry extends Written>(
  github: GitHub,
  list: string,
  schema: z.ZodType<Entry[]>,
  mark: string,
): Promise<Entry | undefined> {
  for (let page = 1; ; page++) {
    const found = await github.get(`${list}per_page=${PAGE}&page=${page}`, schema);
    const own = found.find((entry) => isPipelines(mark, entry));
    if (own !== undefined || found.length < PAGE) return own;
  }
}

/** Puts one comment with this mark under a pull request, unless it is only to change the one that is there. */
export async function putComment(
  github: GitHub,
  pull: number,
  mark: string,
  body: string,
  onlyChange = false,
): Promise<void> {
  const own = await findOwn(github, `issues/${pull}/comments?`, comments, mark);
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
  const list = `issues?state=open&creator=${encodeURIComponent(BOT)}&`;
  const own = await findOwn(github, list, openIssues, mark);
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
