import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../config/load.ts";
import { Clone, copyTree } from "../support/clone.ts";

/** The last commit whose deploy program was shell, and whose VM answered in columns. */
export const OLDER = "2f6527144f5b4be8111192bd81cd45a91be7acac";

/** A clone of the older tree, as somebody has it who has not updated yet. */
export function cloneOfOlder(): Clone {
  needCommit();
  const directory = mkdtempSync(join(tmpdir(), "onebox-takeover-"));
  const archive = execFileSync("git", ["-C", root, "archive", OLDER], { maxBuffer: 1 << 28 });
  execFileSync("tar", ["-x", "-C", directory], { input: archive });
  return new Clone(directory);
}

/** Puts this tree in its place, as a pull does: what is ignored, such as Terraform's state, stays. */
export function update(clone: Clone): void {
  const { directory } = clone;
  for (const file of clone.git("ls-files", "-z").split("\0").filter(Boolean))
    rmSync(join(directory, file));
  copyTree(directory);
  clone.commit("Update Onebox");
  rmSync(join(directory, "node_modules"), { recursive: true });
  clone.lendPackages();
}

/** @throws Error when a shallow clone lacks the commit */
function needCommit(): void {
  try {
    execFileSync("git", ["-C", root, "cat-file", "-e", `${OLDER}^{commit}`], { stdio: "pipe" });
  } catch {
    throw new Error(
      `this clone lacks the commit ${OLDER} that is taken over from; run: git fetch --unshallow`,
    );
  }
}
