import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { shellIn } from "../support/shell-files.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const files = execFileSync("git", ["-C", root, "ls-files", "-z"], { encoding: "utf8" })
  .split("\0")
  .filter((file) => file !== "" && existsSync(join(root, file)));

/** What provides Node itself, and what git starts: no TypeScript can do that. */
const isSetUp = (file: string) =>
  file === "scripts/lib/packages.sh" || file.startsWith("scripts/git-hooks/");

// A repository that deploys its own app may have what it likes.
if (existsSync(join(root, "server"))) {
  describe("the repository", () => {
    it("has doors in scripts/, and what they do elsewhere: no file is longer than 15 lines", () => {
      const scripts = files.filter((file) => file.startsWith("scripts/"));
      expect(scripts).to.include.members(["scripts/deploy.sh", "scripts/lib/enter.sh"]);
      const long = scripts.filter((file) => read(file).trimEnd().split("\n").length > 15);
      expect(long.filter((file) => !isSetUp(file))).to.deep.equal([]);
    });

    it("has doors that lead to the program, and decide nothing", () => {
      const exec =
        /^#!\/bin\/sh\n(?:# .*\n)+self=\$\(readlink -f "\$0"\) && exec "\$\{self(?:%\/\*|%\/\*\/\*)\}\/lib\/enter\.sh" (\S+) "\$@"\n$/;
      for (const file of files.filter((each) => /^scripts\/(ci\/)?[^/]+$/.test(each))) {
        expect(exec.exec(read(file))?.[1], file).to.equal(file.replace("scripts/", ""));
      }
    });

    it("has at most 32 entries at its top", () => {
      const entries = new Set(files.map((file) => file.split("/", 1)[0]));
      expect(entries).to.include("scripts");
      expect([...entries]).to.have.length.at.most(32);
    });

    it("has no shell that hides variables nobody sets or reads from ShellCheck", () => {
      const shell = shellIn(root).filter((file) => /^(scripts|toolchain|host)\//.test(file));
      expect(shell).to.include.members(["scripts/deploy.sh", "host/release/release"]);
      const hidden = shell.filter((file) =>
        /shellcheck disable=\S*SC2(?:034|154)/.test(read(file)),
      );
      expect(hidden).to.deep.equal([]);
    });

    it("knows nothing of server/ outside it", () => {
      const code = files.filter((file) => /^(?!server\/).*\.[cm]?[jt]s$/.test(file));
      const takes = /\b(?:from|import)\(? ?["'](?:\.\.?\/)+server\//;
      const among = code.filter((file) => takes.test(read(file)));
      expect(among.filter((file) => !file.startsWith("providers/"))).to.deep.equal([]);
    });
  });
}
