/** What this computer says of a file that cannot be used, in words. */
const words: Record<string, string> = {
  ENOSPC: "no space is left there",
  EDQUOT: "your quota is used up",
  EROFS: "its file system is read-only",
  EACCES: "permission denied",
  EPERM: "it may not be changed",
  EIO: "its disk has an error",
  ENOTDIR: "what should be a directory on the way there is a file",
  EISDIR: "it is a directory",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "a symbolic link on the way there leads to itself",
  EMFILE: "too many files are open (ulimit -n)",
  ENFILE: "too many files are open on this computer",
};

/** Why this computer did not let a file be used; undefined: that is not what an error is about. */
export function computersWord(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = "", path, syscall } = error as NodeJS.ErrnoException;
  // With all directories on the way: there is always one that it could be made in.
  if (code === "ENOENT" && syscall === "mkdir") return `${path}: it cannot be made there`;
  const said = words[code];
  return said === undefined || syscall === "connect" ? undefined : `${path ?? "a file"}: ${said}`;
}
