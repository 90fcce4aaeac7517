import type { z } from "zod";

interface Definition {
  type: string;
  shape?: Record<string, z.core.$ZodType>;
  element?: z.core.$ZodType;
  innerType?: z.core.$ZodType;
  in?: z.core.$ZodType;
  options?: z.core.$ZodType[];
}

/**
 * Paths of what a request says and its schema does not know, at any depth. The real API refuses
 * such fields; a schema need not say so each time.
 */
export function unknownFields(schema: z.core.$ZodType, value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { type, shape, element, options, ...wrapped } = schema._zod.def as Definition;
  const inner = wrapped.innerType ?? wrapped.in;
  if (inner !== undefined) return unknownFields(inner, value, path);
  if (options !== undefined) {
    // A value that two kinds could be is known where one of them knows it.
    const fitting = options.map((option) => unknownFields(option, value, path));
    return fitting.sort((a, b) => a.length - b.length)[0] ?? [];
  }
  if (type === "array" && element !== undefined && Array.isArray(value)) {
    return value.flatMap((item, index) => unknownFields(element, item, `${path}${index}.`));
  }
  if (type !== "object" || shape === undefined) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const known = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (known === undefined) return [path + key];
    return unknownFields(known, item, `${path}${key}.`);
  });
}
