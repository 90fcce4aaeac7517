import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Route } from "./routes.ts";

const published = z.strictObject({
  as_of: z.string(),
  source: z.string(),
  operations: z.record(z.string(), z.string()),
});

/** The operations that Hetzner's own description of its API has, as `METHOD /path` with {} for a parameter. */
export function publishedOperations() {
  const text = readFileSync(new URL("published.json", import.meta.url), "utf8");
  const { as_of, operations } = published.parse(JSON.parse(text));
  const lines = Object.entries(operations).flatMap(([path, methods]) =>
    methods.split(" ").map((method) => `${method} ${path}`),
  );
  return { asOf: as_of, operations: lines };
}

/** A route as operations; one whose last part may be left out is two. */
function operationsOf({ method, path }: Route): string[] {
  const paths = path.endsWith("{/:id}") ? [path.slice(0, -6), `${path.slice(0, -6)}/:id`] : [path];
  return paths.map((one) => `${method} ${one.replace(/:\w+/g, "{}")}`);
}

/** What is published and not answered here, in Markdown, and what is answered besides. */
export function coverage(routes: Route[]): string {
  const { asOf, operations } = publishedOperations();
  const here = new Set(routes.flatMap(operationsOf));
  const missing = operations.filter((each) => !here.has(each));
  const besides = [...here].filter((each) => !operations.includes(each));
  const answered = operations.length - missing.length;
  return [
    `Of the ${operations.length} operations that Hetzner's description of ${asOf} has, ${answered} are answered.`,
    `Not implemented: ${names(missing)}.`,
    `Answered besides, as the API has grown since or its clients ask: ${names(besides)}.`,
  ].join("\n\n");
}

const names = (operations: string[]) =>
  operations.length === 0 ? "none" : operations.map((each) => `\`${each}\``).join(", ");
