/**
 * What git-secret's list says (paths/mapping.cfg): the files that it encrypts, with the hashes by which it knows one that
 * has not changed; "" where there is none.
 */
export function readMapping(text: string): Map<string, string> {
  const lines = text.split("\n").map((line) => line.trim());
  return new Map(
    lines.filter(Boolean).map((line): [string, string] => {
      const at = line.lastIndexOf(":");
      return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** The same, to be written down. */
export function renderMapping(files: Map<string, string>): string {
  const lines = [...files].map(([name, hash]) => (hash === "" ? name : `${name}:${hash}`));
  return lines.map((line) => `${line}\n`).join("");
}
