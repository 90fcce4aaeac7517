import type { z } from "zod";
import { FailedError } from "./errors.ts";

/**
 * Reads the JSON that a program or a service has answered, in the shape that is expected of it.
 *
 * @param what such as "Terraform's plan"
 * @throws FailedError when it has another
 */
export function parseAnswer<T>(what: string, text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable(what, "it is not JSON");
  }
  return checkAnswer(what, value, schema);
}

/** The same for what has been read already. */
export function checkAnswer<T>(what: string, value: unknown, schema: z.ZodType<T>): T {
  const { data, error } = schema.safeParse(value);
  if (error === undefined) return data as T;
  const [issue] = error.issues;
  const place = issue?.path.join(".");
  throw unreadable(what, `${place ? `${place}: ` : ""}${issue?.message}`);
}

function unreadable(what: string, why: string): FailedError {
  return new FailedError(`${what} cannot be read: ${why.replace(/\s+/g, " ")}`); // a key may hold newlines
}
