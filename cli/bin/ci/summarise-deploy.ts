/**
 * Usage: node cli/bin/ci/summarise-deploy.ts ENVIRONMENT IMAGE COMMIT_BEFORE EXIT_CODE <OUTPUT
 *
 * Renders the summary of a deploy from what it printed and from git's history. COMMIT_BEFORE may be "".
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { renderDeploy } from "../../ci/summaries.ts";

const [environment = "", image = "", before = "", code = "0"] = process.argv.slice(2);
const git = (...args: string[]) => execFileSync("git", args, { stdio: "pipe" }).toString().trim();

function changesSince(commit: string): string[] | undefined {
  try {
    return git("log", "--no-merges", "--format=%h %s", `${commit}..HEAD`)
      .split("\n")
      .filter(Boolean);
  } catch {
    return undefined; // the commit is not in this clone
  }
}

process.stdout.write(
  renderDeploy({
    environment,
    image,
    code: Number(code),
    output: readFileSync(0, "utf8"),
    commit: git("rev-parse", "HEAD"),
    changes: before === "" ? undefined : changesSince(before),
  }),
);
