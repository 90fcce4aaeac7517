/** A commit, as `git log --no-merges --format=%x01%h%x02%s --name-only` prints it. */
export interface Commit {
  hash: string;
  subject: string;
  files: string[];
}

/** Parses that output, newest first. */
export function parseLog(text: string): Commit[] {
  return text
    .split("\u0001")
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const [head = "", ...files] = part.split("\n");
      const [hash = "", subject = ""] = head.split("\u0002");
      return { hash, subject, files: files.filter(Boolean) };
    });
}

/** The directories that decide what the VM is and what runs on it beside the app. */
const infrastructure =
  /^(stacks|host|traefik|providers|config)\/|^(main|onebox\.config)\.ts$|^docker-compose\.yml$/;

/**
 * Renders a version's notes: commits are plain sentences, so what they touched says where they belong.
 *
 * @param app the directory of the app's Dockerfile, such as "server/"; "" when it is the whole repository
 */
export function renderNotes(commits: Commit[], app: string): string {
  const touches = (commit: Commit, test: (file: string) => boolean) => commit.files.some(test);
  const isInfrastructure = (commit: Commit) => touches(commit, (file) => infrastructure.test(file));
  const isApp = (commit: Commit) => touches(commit, (file) => app !== "" && file.startsWith(app));
  const groups: [string, Commit[]][] = [
    ["The app", commits.filter(isApp)],
    ["The infrastructure", commits.filter((commit) => !isApp(commit) && isInfrastructure(commit))],
    ["Everything else", commits.filter((commit) => !isApp(commit) && !isInfrastructure(commit))],
  ];
  const filled = groups.filter(([, list]) => list.length > 0);
  if (filled.length === 0) return "No changes.\n";
  return `${filled
    .map(([title, list]) => `### ${title}\n\n${list.map(renderCommit).join("\n")}`)
    .join("\n\n")}\n`;
}

/** A change of the database is named: it is what a rollback cannot simply undo. */
function renderCommit({ hash, subject, files }: Commit): string {
  const migrates = files.some((file) => /(^|\/)migrations\//.test(file));
  return `- ${subject}${migrates ? " (changes the database)" : ""} (${hash})`;
}
