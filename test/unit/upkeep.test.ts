import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { firstSteps } from "../bench/first-steps.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const tracked = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root })
  .toString()
  .split("\n");

describe("CODEOWNERS", () => {
  const rules = read(".github/CODEOWNERS")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(/\s+/));

  it("names an owner for everything, and only what there is", () => {
    expect(rules[0]?.[0]).to.equal("*");
    for (const [pattern = "", ...owners] of rules) {
      expect(owners.join(), pattern).to.match(/^@[\w/-]+/);
      const form = pattern.slice(1).replaceAll(".", "\\.").replaceAll("*", "[^/]*");
      const fits = tracked.some((file) => new RegExp(`^${form}`).test(file));
      expect(pattern === "*" || fits, pattern).to.equal(true);
    }
  });

  it("covers whatever reaches secrets or production", () => {
    const own = rules.map(([pattern]) => pattern);
    const critical = [".github", ".gitsecret*", "host", "scripts", "stacks", "config"];
    for (const room of critical) expect(own).to.include(`/${room}/`);
  });
});

describe("the pages about the project", () => {
  for (const page of [
    ".github/CONTRIBUTING.md",
    ".github/SECURITY.md",
    ".github/pull_request_template.md",
    "docs/pipeline.md",
  ]) {
    it(`${page} points only to what there is`, () => {
      const directory = join(root, page, "..");
      for (const [, link = ""] of read(page).matchAll(/\]\(([^)#]+)/g)) {
        if (/^https:/.test(link)) continue;
        expect(existsSync(join(directory, link)), link).to.equal(true);
      }
      for (const [, script = ""] of read(page).matchAll(/\b(scripts\/[\w/-]+\.sh)\b/g)) {
        expect(existsSync(join(root, script)), script).to.equal(true);
      }
    });
  }

  it("CONTRIBUTING.md tells newcomers what npm run first-hour does, word for word, each with its time", () => {
    const rows = [
      ...read(".github/CONTRIBUTING.md").matchAll(/^\| ([^|]+?) +\| `(.+?)` +\| (.+?) +\|$/gm),
    ];
    const told = rows.map(([, name, command]) => ({ name, command }));
    expect(told).to.deep.equal(firstSteps.map(({ name, command }) => ({ name, command })));
    for (const [, name, , took] of rows) expect(took, name).to.match(/^(\d+|under 1) (s|min)$/);
  });
});
