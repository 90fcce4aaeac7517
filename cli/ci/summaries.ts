/** How a deploy went, for people. */
interface DeploySummary {
  environment: string;
  image: string;
  /** The deploy's exit code. */
  code: number;
  /** What the deploy printed. */
  output: string;
  commit: string;
  /** "HASH subject" of each commit that is new there, newest first; undefined: not known. */
  changes: string[] | undefined;
}

const results: Record<number, string> = {
  0: "is live",
  2: "was refused; nothing was touched",
  3: "is locked by another deploy",
};

/** Renders what was deployed where, in what time, with which changes. */
export function renderDeploy(deploy: DeploySummary): string {
  const { environment, image, code, output, commit, changes } = deploy;
  const steps = [...output.matchAll(/^ {2}([✓✗]) (\S+) +(.*?) +([\d.]+ s)$/gm)];
  const seconds = / after (\d+) s\./.exec(output)?.[1];
  const url = /^ {2}curl .*? (http\S+)$/m.exec(output)?.[1];
  const result = results[code] ?? "failed; what served before serves still";
  const lines = [
    `## ${environment} ${result}`,
    "",
    `Commit \`${commit.slice(0, 7)}\`, image \`${image}\`${seconds ? `, in ${seconds} s` : ""}${url ? `, at ${new URL(url).origin}` : ""}.`,
    "",
    "| step | | time |",
    "| --- | --- | ---: |",
    ...steps.map(([, mark, name, note, time]) => `| ${mark} ${name} | ${note} | ${time} |`),
    "",
  ];
  if (code !== 0) {
    const said = output.split("\n").filter((line) => !/^ {2}[✓…] /.test(line));
    lines.push(
      ...said
        .filter(Boolean)
        .slice(-12)
        .map((line) => `    ${line}`),
      "",
    );
  }
  lines.push(...renderChanges(changes), "");
  return lines.join("\n");
}

/** Renders what a pull request would change, for its comment. */
export function renderComparison(plan: string, base: string): string {
  return [
    "## What this pull request would change on the infrastructure",
    "",
    plan,
    `Compared with ${base.slice(0, 7)} in a cloud of this run alone, without a secret. The prices are those of the price list that this cloud answers with.`,
    "",
  ].join("\n");
}

function renderChanges(changes: string[] | undefined): string[] {
  if (changes === undefined)
    return ["The first release here, or one whose commit is not in this history."];
  if (changes.length === 0) return ["No new commits: the same one is released anew."];
  const shown = changes.slice(0, 50).map((line) => `- ${escapeMarkdown(line)}`);
  const more = changes.length > 50 ? [`- and ${changes.length - 50} more`] : [];
  return [
    `### ${changes.length === 1 ? "1 change" : `${changes.length} changes`}`,
    "",
    ...shown,
    ...more,
  ];
}

/** Keeps a commit's subject from being more than text: no markup, no mention of anybody. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>#|~]/g, (character) => `\\${character}`)
    .replace(/@(?=\w)/g, "@\u200b");
}
