/** The tag of a branch's image: a tag has letters, digits, "_", "." and "-", and begins with none of the last two. */
export function branchTag(branch: string): string {
  return branch
    .replace(/[^A-Za-z0-9_.-]/gu, "-")
    .slice(0, 128)
    .replace(/^[-.]+/, "");
}
