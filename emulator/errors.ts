import { channel } from "node:diagnostics_channel";
import type { z } from "zod";
import { messageOf } from "./http/messages.ts";
import { unknownFields } from "./http/unknown-fields.ts";

export interface FieldProblem {
  name: string;
  messages: string[];
}

/** The one error that handlers throw; `http/render-errors.ts` is the one place that renders it. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: object | undefined;

  constructor(status: number, code: string, message: string, details?: object) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const notFound = (what: string, key: string | number) =>
  new ApiError(404, "not_found", `${what} with ID '${key}' not found`);

/** Clients read `details.fields` without looking, so this error never goes without it. */
export const invalidInput = (message: string, fields: FieldProblem[]) =>
  new ApiError(422, "invalid_input", message, { fields });

export const invalidField = (name: string, message: string) =>
  invalidInput(`invalid input in field '${name}'`, [{ name, messages: [message] }]);

export const notUnique = (field: string, message = `${field} is already used`) =>
  new ApiError(409, "uniqueness_error", message, {
    fields: [{ name: field, messages: [message] }],
  });

export const isProtected = (what: string) =>
  new ApiError(423, "protected", `${what} is protected from deletion`);

export const isLocked = (what: string) =>
  new ApiError(423, "locked", `${what} is locked: another action is running`);

/** Tells tests which schema a request was held against. */
const parsed = channel("onebox:parse");

/** Parses a request body, or says which fields are wrong. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  parsed.publish(schema);
  const body = value ?? {};
  const result = schema.safeParse(body, { error: messageOf });
  const fields = new Map<string, string[]>();
  for (const issue of result.error?.issues ?? []) {
    const name = issue.path.join(".");
    fields.set(name, [...(fields.get(name) ?? []), issue.message]);
  }
  for (const name of unknownFields(schema, body)) fields.set(name, ["unknown field"]);
  if (result.success && fields.size === 0) return result.data;
  const names = [...fields.keys()].filter(Boolean);
  const subject = names.length === 1 ? `field '${names[0]}'` : `fields '${names.join("', '")}'`;
  throw invalidInput(
    names.length > 0 ? `invalid input in ${subject}` : "invalid input",
    [...fields].map(([name, messages]) => ({ name, messages })),
  );
}
