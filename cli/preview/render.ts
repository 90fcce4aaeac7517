import { renderTable, shortCommit } from "../table.ts";
import type { Preview } from "../vm/answers.ts";

/** Characters of a branch's name that the table shows. */
const LONGEST = 40;

/** Renders the table of previews that a person reads. */
export function renderPreviews(previews: Preview[], now: Date): string {
  if (previews.length === 0) return "There are no previews.";
  const head = ["BRANCH", "URL", "COMMIT", "STATE", "ENDS IN", "BY"];
  const rows = previews.map(({ branch, url, commit, state, expires, by }) => [
    branch.length > LONGEST ? `${branch.slice(0, LONGEST - 1)}…` : branch,
    ...[url, shortCommit(commit), state, left(expires, now), by],
  ]);
  return renderTable([head, ...rows]);
}

function left(expires: string, now: Date): string {
  const minutes = Math.round((Date.parse(expires) - now.getTime()) / 60_000);
  if (!Number.isFinite(minutes)) return "-";
  if (minutes <= 0) return "now";
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}

/** A moment by this computer's clock: "2026-01-31 09:05". */
export function renderMoment(seconds: number): string {
  const moment = new Date(seconds * 1000);
  const two = (value: number) => `${value}`.padStart(2, "0");
  const day = [moment.getFullYear(), two(moment.getMonth() + 1), two(moment.getDate())].join("-");
  return `${day} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
