import { z } from "zod";
import { FailedError } from "../errors.ts";
import { fromColumns } from "./columns.ts";
import { bringUpToDate } from "./older.ts";

/** The version of the format that this program reads (docs/vm-answers.md). */
const VERSION = 1;
/** Characters: no answer of the VM's is longer. */
const LONGEST = 4 * 1024 * 1024;

const line = z.looseObject({ onebox: z.number(), kind: z.string() });

/**
 * Reads an answer of the VM: a line of JSON for each thing. Lines of another kind are none of it; a VM whose host/ is
 * older than this format answers in columns.
 *
 * @throws FailedError when it is none
 */
export function readAnswer<T>(text: string, kind: string, schema: z.ZodType<T>): T[] {
  if (text.length > LONGEST) throw unreadable(kind, "it is too long");
  return text
    .split("\n")
    .filter((candidate) => candidate.trim() !== "")
    .flatMap((candidate) => {
      const values = candidate.startsWith("{")
        ? fromJson(candidate, kind)
        : fromColumns(candidate, kind);
      if (values === undefined) return [];
      const parsed = schema.safeParse(values);
      if (parsed.success) return [parsed.data];
      const [issue] = parsed.error.issues;
      throw unreadable(kind, `${issue?.path.join(".")}: ${issue?.message}`);
    });
}

/** The fields of a line; undefined: it is of another kind. */
function fromJson(text: string, kind: string): Record<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable(kind, "a line is not complete");
  }
  const parsed = line.safeParse(value);
  if (!parsed.success) throw unreadable(kind, "a line has no version");
  const { onebox, ...fields } = parsed.data;
  if (onebox > VERSION)
    throw unreadable(
      kind,
      `it has version ${onebox}, and ${VERSION} is known here; update this clone`,
    );
  return fields.kind === kind ? fields : undefined;
}

function unreadable(kind: string, why: string): FailedError {
  return new FailedError(`the VM's answer about ${kind} cannot be read: ${why}`, {
    next: bringUpToDate("stage"),
  });
}
