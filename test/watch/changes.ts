import { execFileSync } from "node:child_process";
import { type FSWatcher, statSync, watch } from "node:fs";
import { join } from "node:path";

/** Files that one change often touches together are told together (ms). */
const settled = 150;

/** Calls `changed` with what was written of the tree in `root`, as git names it; what it ignores, never. */
export function followChanges(
  root: string,
  changed: (files: string[]) => void,
): { close: () => void } {
  const pending = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const note = (directory: string, name: string | null) => {
    if (name === null) return;
    pending.add(join(directory, name));
    clearTimeout(timer);
    timer = setTimeout(() => {
      const files = known(root, [...pending]);
      pending.clear();
      if (files.length > 0) changed(files);
    }, settled);
  };
  const watchers: FSWatcher[] = [watch(root, (_event, name) => note(".", name))];
  for (const directory of directories(root)) {
    watchers.push(
      watch(join(root, directory), { recursive: true }, (_event, name) => note(directory, name)),
    );
  }
  return {
    close: () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

const git = (root: string, ...args: string[]) =>
  execFileSync("git", ["-C", root, "ls-files", "-z", "-co", "--exclude-standard", ...args])
    .toString()
    .split("\0")
    .filter(Boolean);

/** The directories below the root that hold files of ours: node_modules alone has thousands. */
function directories(root: string): string[] {
  const tops = git(root).map((file) => file.split("/"));
  return [...new Set(tops.filter(({ length }) => length > 1).map(([top = ""]) => top))];
}

/** Those that are files and not ignored. */
function known(root: string, paths: string[]): string[] {
  const files = paths.filter((path) =>
    statSync(join(root, path), { throwIfNoEntry: false })?.isFile(),
  );
  return files.length > 0 ? git(root, "--", ...files) : [];
}
