import { readFileSync } from "node:fs";
import { expect } from "chai";
import { everyRoute, type Route } from "../support/routes.ts";

const page = readFileSync(new URL("../../../docs/local-cloud.md", import.meta.url), "utf8");

/** The table of endpoints, by the kind of resource that a path begins with. */
const table = new Map<string, { done: string; missing: string }>();
for (const line of page.split("\n").filter((text) => /^\| (?!resource )[a-z]/.test(text))) {
  const [, kinds = "", done = "", missing] = line.split("|").map((cell) => cell.trim());
  if (missing === undefined) continue;
  for (const kind of kinds.split(", ")) table.set(kind, { done, missing });
}

const MISSING = /^(certificates|floating_ips|isos|storage_box(es|_types)|.*_iso)$/;
const VERBS: Record<string, string> = { POST: "create", PUT: "update", DELETE: "delete" };

/** What the table should call a route: its kind of resource, and a word. */
function named({ method, path }: Route): [kind: string, word: string] {
  const [kind = "", ...rest] = path.replace("{/:id}", "").slice(1).split("/");
  const within = path.includes("/rrsets") ? rest.slice(rest.indexOf("rrsets") + 1) : rest;
  const name = within.at(-1) ?? "";
  const owner = path.includes("/rrsets") ? "rrsets of zones" : kind;
  if (method !== "GET") return [owner, VERBS[within.includes("actions") ? "" : method] ?? name];
  if (kind !== "actions" && (name === "actions" || name === ":action"))
    return ["actions", "of each"];
  if (name !== "" && !name.startsWith(":")) return [owner, name];
  return [owner, name === "" && kind !== "pricing" ? "list" : "read"];
}

describe("docs/local-cloud.md", () => {
  for (const route of everyRoute()) {
    const [kind, word] = named(route);
    it(`tells of ${route.method} ${route.path}`, () => {
      const row = table.get(kind);
      expect(row, kind).to.not.equal(undefined);
      if (MISSING.test(kind)) expect(row?.missing).to.equal("all");
      else if (MISSING.test(word)) expect(row?.missing.split(", ")).to.include(word);
      else if (kind === "datacenters") expect(row?.done).to.contain("410");
      else expect(row?.done).to.match(new RegExp(`\\b${word}\\b`));
    });
  }

  it("claims no more than there is", () => {
    const there = new Set(everyRoute().map((route) => named(route).join(" ")));
    for (const [kind, { done }] of table) {
      for (const word of done.split(/[,;] /).filter((text) => /^[a-z_]+$/.test(text))) {
        expect([...there]).to.include(`${kind} ${word}`);
      }
    }
  });
});
