import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";

const files = readdirSync(join(root, "host"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => relative(root, join(parentPath, name)));
const linesOf = (file: string) => readFileSync(join(root, file), "utf8").split("\n");

/** The file with all that it sources, itself or by way of others. */
function sourcedBy(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const line of linesOf(file)) {
    const [, source] = /^\s*# shellcheck source=(host\/\S+)/.exec(line) ?? [];
    if (source !== undefined) sourcedBy(source, found);
  }
  return found;
}

/** The names that such a statement of a line gives values to: "local one=1 two". */
function namesOf(word: "local" | "readonly", line: string): string[] {
  const [, rest] = new RegExp(`(?:^|[ ;{])${word} ([^;#]*)`).exec(line) ?? [];
  const plain = (rest ?? "").replace(/\$\(.*?\)+|"[^"]*"|'[^']*'|\([^)]*\)/g, "");
  return plain.split(" ").flatMap((part) => /^([A-Za-z_]\w*)(?=[=+]|$)/.exec(part)?.[1] ?? []);
}

describe("the programs of host/", () => {
  for (const program of files.filter((file) => extname(file) === "")) {
    it(`${program} has no local variable that is a constant elsewhere: Bash would end it there`, () => {
      const sources = [...sourcedBy(program)];
      const constants = new Set(
        sources.flatMap(linesOf).flatMap((line) => namesOf("readonly", line)),
      );
      const clashes = sources.flatMap((file) =>
        linesOf(file)
          .flatMap((line) => namesOf("local", line))
          .filter((name) => constants.has(name))
          .map((name) => `${file}: ${name}`),
      );
      expect(clashes).to.deep.equal([]);
    });
  }
});
