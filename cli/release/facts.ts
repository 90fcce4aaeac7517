import { z } from "zod";
import { ConfigError } from "../../config/check.ts";
import { releaseForms } from "../../config/release-forms.ts";
import type { Delivery } from "./files.ts";

/** What a run has found out about the release that it delivers. */
export interface Facts {
  image: string;
  commit: string;
  /** A preview's branch; else nothing. */
  branch: string;
  delivery: Delivery;
}

const by = z.string().regex(/^[A-Za-z0-9@._+-]*$/, "this is nobody's name");

const image = formed("image", "image with its digest");

const facts = z.object({
  ...{ by, image },
  commit: formed("commit", "commit"),
  canary: z.coerce.number().int().min(1).max(99).optional(),
  sticky: z.boolean().default(false),
  branch: z.string().default(""),
  expires: z.coerce.number().int().positive().optional(),
});

const reference = z.object({
  ...{ by, image },
  reference: formed("release", "release's name"),
});

/**
 * Checks what a registry, the engine or the VM has told: it goes into commands and files on the VM.
 *
 * @throws ConfigError naming what has another form
 */
export function readFacts(values: object): Facts | { reference: string; by: string } {
  if ("reference" in values) return parse(reference, values);
  const { image, commit, branch, by, canary, sticky, expires } = parse(facts, values);
  const share = canary === undefined ? {} : { canary: { share: canary, sticky } };
  return { image, commit, branch, delivery: { by, expires, ...share } };
}

/** A text of that form; not "none", which stands for no release. */
function formed(form: keyof typeof releaseForms, what: string) {
  return z.string().refine((text) => text !== "none" && releaseForms[form].test(text), {
    error: ({ input }) => `this is no ${what}: ${printable(input)}`,
  });
}

function parse<T>(schema: z.ZodType<T>, values: object): T {
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map(({ message }) => message));
}

/** At most 80 characters of a text, with nothing that a terminal would obey. */
function printable(text: unknown): string {
  return `${text}`.replace(/[^ -~]/g, "?").slice(0, 80);
}
