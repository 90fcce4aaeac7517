import type { z } from "zod";
import { configSchema } from "./schema.ts";

/** What of a schema wraps the fields below it. */
interface Layer {
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  unwrap?: () => z.ZodType;
  /** The forms that it may have; a section is the last one. */
  options?: z.ZodType[];
}

/** The names of the fields that the configuration may have at a place. */
export function fieldsAt(path: readonly PropertyKey[]): string[] {
  let at: z.ZodType | undefined = configSchema;
  for (const step of path) {
    const { shape, element } = inner(at);
    at = typeof step === "number" ? element : shape?.[String(step)];
  }
  return Object.keys(inner(at).shape ?? {});
}

/** A schema without what makes it optional. */
function inner(schema: z.ZodType | undefined): Layer {
  const layer = (schema ?? {}) as Layer;
  if (layer.options !== undefined) return inner(layer.options.at(-1));
  return layer.element === undefined && layer.unwrap !== undefined ? inner(layer.unwrap()) : layer;
}
