import type { z } from "zod";

type Issue = z.core.$ZodRawIssue;

const NOUNS: Record<string, string> = {
  string: "a string",
  number: "a number",
  int: "an integer",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  null: "null",
};
const UNITS: Record<string, string> = { string: " characters", array: " items" };

const listed = (values: readonly unknown[]) => values.map(String).join(", ");

/** What is wrong with a field, for whoever made the request; a schema's own words come before these. */
export function messageOf(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return "is required";
      return `must be ${NOUNS[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      if (issue.input === undefined) return "is required";
      return issue.values.length === 1
        ? `must be ${listed(issue.values)}`
        : `must be one of ${listed(issue.values)}`;
    case "too_small":
      if (issue.origin === "string" && Number(issue.minimum) === 1) return "must not be empty";
      return `must ${verb(issue.origin)} at least ${issue.minimum}${UNITS[issue.origin] ?? ""}`;
    case "too_big":
      return `must ${verb(issue.origin)} at most ${issue.maximum}${UNITS[issue.origin] ?? ""}`;
    case "invalid_key":
      return issue.issues[0]?.message ?? "is not a valid key";
    case "invalid_union":
      if (issue.input === undefined) return "is required";
      return "is of no type that is accepted here";
    default:
      return "is not valid";
  }
}

const verb = (origin: string) => (origin in UNITS ? "have" : "be");
