import { renderTable, shortCommit } from "../cli/table.ts";

/** A preview, as host/preview-list tells of it. */
export interface Preview {
  slug: string;
  branch: string;
  url: string;
  commit: string;
  /** awake, asleep, coming, going, or gone with its VM. */
  state: string;
  /** RFC 3339. */
  created: string;
  /** RFC 3339. */
  expires: string;
  by: string;
}

/** Reads the tab-separated lines of host/preview-list. */
export function parsePreviews(text: string): Preview[] {
  return text
    .split("\n")
    .filter((line) => line.includes("\t"))
    .map((line) => {
      const [slug = "", branch = "", url = "", commit = "", state = "", created, expires, by = ""] =
        line.split("\t");
      return {
        ...{ slug, url, commit, state, by },
        branch: decodeURIComponent(branch),
        created: time(created),
        expires: time(expires),
      };
    });
}

/** Renders the table that a person reads. */
export function renderPreviews(previews: Preview[], now: Date): string {
  if (previews.length === 0) return "There are no previews.";
  const head = ["BRANCH", "URL", "COMMIT", "STATE", "ENDS IN", "BY"];
  const rows = previews.map(({ branch, url, commit, state, expires, by }) => [
    branch.length > 40 ? `${branch.slice(0, 39)}…` : branch,
    ...[url, shortCommit(commit), state, left(expires, now), by],
  ]);
  return renderTable([head, ...rows]);
}

function time(seconds = ""): string {
  return seconds === "" ? "" : new Date(Number(seconds) * 1000).toISOString().replace(".000", "");
}

function left(expires: string, now: Date): string {
  const minutes = Math.round((Date.parse(expires) - now.getTime()) / 60_000);
  if (!Number.isFinite(minutes)) return "-";
  if (minutes <= 0) return "now";
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h`;
}
