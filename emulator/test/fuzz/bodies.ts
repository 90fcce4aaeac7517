import fc from "fast-check";
import { z } from "zod";
import type { Value } from "./memory.ts";

type Json = { [key: string]: unknown };
type Schema = Json & { type?: string; properties?: Record<string, Schema>; items?: Schema };

/** Values that exist by now, for a field of this name. */
export type Known = (field: string) => Value[];

/** Texts that some field somewhere takes, so that requests get past the first check. */
const TEXTS = [
  ...["10.0.0.0/16", "10.0.1.0/24", "10.0.2.0/24", "0.0.0.0/0", "::/0", "10.0.1.1", "192.0.2.7"],
  ...["80", "80-90", "any", "22", "env=prod", "env", "example.org", "www", "@", "A", "TXT", "MX"],
  ...[
    "web",
    "fsn1",
    "eu-central",
    "lb11",
    "bx11",
    "2001:db8::1",
    "static.example.org",
    '"text"',
    "/",
  ],
];
const JUNK = [
  "",
  " ",
  "\0",
  "\ud800",
  "💥",
  "__proto__",
  "../..",
  "x".repeat(300),
  "' or 1=1",
  "%00",
];
const NUMBERS = [0, 1, -1, 10, 80, 443, 3600, 65_536, 1.5, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308];

/** Bodies that a schema may accept, with values that exist where it names other resources. */
export function bodies(schema: z.core.$ZodType, known: Known): fc.Arbitrary<unknown> {
  const options = { io: "input", unrepresentable: "any" } as const;
  return fitting(z.toJSONSchema(schema as z.ZodType, options) as Schema, "", known);
}

function fitting(schema: Schema, field: string, known: Known): fc.Arbitrary<unknown> {
  const kinds = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (kinds !== undefined) return fc.oneof(...kinds.map((kind) => fitting(kind, field, known)));
  if ("const" in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const there = known(field);
  switch (schema.type) {
    case "object":
      return object(schema, field, known);
    case "array":
      return fc.array(fitting(schema.items ?? {}, field, known), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: 3,
      });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "integer":
    case "number": {
      const [least, most] = [Number(schema.minimum ?? 0), Number(schema.maximum ?? 2 ** 31)];
      const range = fc.integer({ min: Math.ceil(least), max: Math.min(Math.floor(most), 2 ** 31) });
      const ids = there.filter((one) => typeof one === "number");
      return ids.length === 0
        ? range
        : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ids) }, range);
    }
    case "string": {
      const names = there.filter((one) => typeof one === "string");
      const number = fc.integer({ min: 0, max: 1e9 }).map((n) => `n-${n.toString(36)}`);
      const fresh = fc.tuple(number, fc.constantFrom("", ".test")).map((parts) => parts.join(""));
      if (field === "name") return fc.oneof({ weight: 9, arbitrary: fresh }, fc.constant("@"));
      const often = (arbitrary: fc.Arbitrary<string>) => ({ weight: 4, arbitrary });
      const some = names.length > 0 ? [often(fc.constantFrom(...names))] : [];
      return fc.oneof(...some, often(fc.constantFrom(...TEXTS)), fresh, fc.string());
    }
    default:
      return fc.constantFrom(null, true, 1, "web");
  }
}

function object(schema: Schema, field: string, known: Known): fc.Arbitrary<unknown> {
  const { properties = {}, additionalProperties: any } = schema;
  if (Object.keys(properties).length === 0 && typeof any === "object") {
    const label = fc.constantFrom("env", "tier", "example.org/role");
    return fc.dictionary(label, fc.constantFrom("prod", "web", ""), { maxKeys: 2 });
  }
  const required = (schema.required ?? []) as string[];
  const fields: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, inner] of Object.entries(properties)) {
    const value = fitting(inner, name === "id" ? field : name, known);
    const absent = { weight: SELDOM, arbitrary: fc.constant(ABSENT) };
    fields[name] = required.includes(name)
      ? value
      : fc.oneof(absent, { weight: 1, arbitrary: value });
  }
  return fc
    .record(fields)
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ABSENT)));
}

/** How many requests do without an optional field, for one that has it. */
const SELDOM = 2;
const ABSENT = Symbol("absent");

/** What no schema has thought of, for a place anywhere in a request. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...JUNK, ...NUMBERS, null, true, [], {}, [[[[[[]]]]]]),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: "binary" }),
);

/** A body with something wrong at one place: another value, one more field, or one less. */
export function mutated(body: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(body, fc.nat(), fc.nat(2), junk).map(([value, where, how, wrong]) => {
    const made = structuredClone(value);
    const places: [Json, string][] = [];
    collect(made, places);
    const [parent, key] = places[where % Math.max(1, places.length)] ?? [];
    if (parent === undefined || key === undefined) return wrong;
    if (how === 0) delete parent[key];
    else parent[how === 1 ? key : JUNK[where % JUNK.length] || "extra"] = wrong;
    return made;
  });
}

function collect(value: unknown, places: [Json, string][]): void {
  if (typeof value !== "object" || value === null) return;
  for (const key of Object.keys(value)) {
    places.push([value as Json, key]);
    collect((value as Json)[key], places);
  }
}
