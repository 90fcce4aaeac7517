import { type Stats, statSync } from "node:fs";
import { firstLine } from "./error.ts";

/** What lies at a path; undefined: nothing does. A text says why nobody can tell, such as a link to itself. */
export function lookAt(path: string): Stats | string | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    const said = firstLine(cause); // "ELOOP: too many symbolic links encountered, stat '/a'"
    return /^[A-Z]+: (.+?), stat /.exec(said)?.[1] ?? said;
  }
}
