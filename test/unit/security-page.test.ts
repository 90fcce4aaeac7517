import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The tests that a page names: a file, and a part of a title in it. */
function named(page: string): [file: string, title: string][] {
  return [...page.matchAll(/`((?:test|webhook)\/[\w./-]+\.test\.ts)`\s+"([^"]+)"/g)].map(
    ([, file = "", title = ""]) => [file, title],
  );
}

describe("what the docs say of security", () => {
  const pages = ["docs/security.md", ".github/SECURITY.md"];
  for (const page of pages) {
    it(`is shown by tests that are there: ${page}`, () => {
      const tests = named(read(page));
      expect(tests).to.have.length.above(3);
      for (const [file, title] of tests) {
        expect(existsSync(join(root, file)), file).to.equal(true);
        expect(read(file).replace(/\s+/g, " "), file).to.include(title);
      }
    });
  }

  it("names a test for each barrier, and how many there are", () => {
    const page = read("docs/security.md");
    const rows = page
      .split("\n")
      .filter((line) => line.startsWith("| ") && !/^\| (barrier|-)/.test(line));
    expect(rows).to.have.length.above(30);
    for (const row of rows) expect(named(row), row).to.have.length(1);
    expect(page).to.include(`${rows.length} attacks are played`);
  });
});
