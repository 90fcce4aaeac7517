// biome-ignore-all lint/suspicious/noTemplateCurlyInString: none is a template, here at least

import fc from "fast-check";

/** What a terminal, a shell, awk, sed, Terraform or compose would obey, and what breaks careless readers. */
const hostile = [
  ...["$(reboot)", "`reboot`", "; reboot", "&& reboot", "|reboot", "${HOME}", "$HOME", "$$"],
  ...["%{ if true }x%{ endif }", '${file("/etc/passwd")}', "x[$(reboot)]", "s/a/b/e", "{print}"],
  ...["\u001b[2J", "\u001b]0;x\u0007", "\u009b2J", "\u202e", "\r", "\n", "\t", "\0", "\u2028"],
  ...["::error::x", "##[error]x", "'", '"', "\\", "../..", "-rf", "--", "__proto__", "1e999"],
];

/** Text of any kind, with pieces of the above in it. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "binary" })), { maxLength: 6 })
  .map((parts) => parts.join(""));

/** Anything that JSON can say. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec((again) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    anyText,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(again("value"), { maxLength: 4 }),
    fc.dictionary(anyText, again("value"), { maxKeys: 4 }),
  ),
})).value;

/**
 * A value with a part of it replaced by something else, left out, or given twice: what a boundary gets from a program
 * that is another version, damaged, or lies.
 */
export function damaged(value: unknown): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...placesIn(value)), anyJson, fc.boolean())
    .map(([place, other, leaveOut]) => replaced(value, place, leaveOut ? undefined : other));
}

type Place = (string | number)[];

function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== "object" || value === null) return [at];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [at, ...entries.flatMap(([key, inner]) => placesIn(inner, [...at, key]))];
}

function replaced(value: unknown, [key, ...rest]: Place, other: unknown): unknown {
  if (key === undefined) return other;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  const part = (copy as Record<string | number, unknown>)[key];
  (copy as Record<string | number, unknown>)[key] = replaced(part, rest, other);
  return copy;
}
