import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load, YAMLException } from "js-yaml";
import { z } from "zod";
import { ProblemsError } from "../errors.ts";

/** Those that host/ starts, each in its way. */
const known = ["blue", "green", "migrate", "database"];

/** What is read of a compose file. */
const composeFile = z.looseObject({
  services: z.record(z.string(), z.unknown()).nullish(),
  include: z.unknown().optional(),
});

/**
 * The services that a user has added to a compose file, by name.
 *
 * @throws ProblemsError when it cannot be read
 */
export function ownServices(file: string, text: string): string[] {
  const { services, include } = parse(file, text);
  if (include !== undefined) {
    throw new ProblemsError([
      `${file}: include names files that do not go to the VM; put their text here`,
    ]);
  }
  return Object.keys(services ?? {}).filter((name) => !known.includes(name));
}

/** Refuses services that nobody would start, and that would be missing without a word. */
export function refuseOwnServices(root: string, files: string[]): void {
  const problems = files.flatMap((file) =>
    ownServices(file, readFileSync(join(root, file), "utf8")).map(
      (name) =>
        `${file}: nothing would start the service "${name}": Onebox runs ${known.join(", ")}, and no others yet; ` +
        "take it out (docs/your-app.md)",
    ),
  );
  if (problems.length > 0) throw new ProblemsError(problems);
}

function parse(file: string, text: string): z.infer<typeof composeFile> {
  try {
    // Compose's own marks, which mean nothing to others.
    const plain = text.replace(/([:-]\s+)!(reset|override)\b/g, "$1");
    const parsed = composeFile.safeParse(load(plain) ?? {});
    if (parsed.success) return parsed.data;
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new ProblemsError([`${file}: line ${(error.mark?.line ?? 0) + 1}: ${error.reason}`]);
  }
  throw new ProblemsError([`${file}: is no compose file with services`]);
}
