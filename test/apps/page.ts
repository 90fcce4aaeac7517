import { execFileSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../config/load.ts";
import type { Clone } from "../support/clone.ts";

const page = readFileSync(join(root, "docs/your-app.md"), "utf8");

/** The page's texts of a language, in their order. */
export function blocks(language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, text = ""]) => text,
  );
}

/** The kinds of app that the page has a Dockerfile for; test/fixtures/apps/ has each. */
export const kinds = ["node", "python", "go", "php", "static"] as const;
export type Kind = (typeof kinds)[number];

/** Where a kind's app lies. */
export const fixtureOf = (kind: Kind): string => join(root, "test/fixtures/apps", kind);

/** The images that a kind's Dockerfile begins with. */
export function basesOf(kind: Kind): string[] {
  const text = blocks("dockerfile")[kinds.indexOf(kind)] ?? "";
  return [...text.matchAll(/^FROM (\S+:\S+)/gm)].map(([, base = ""]) => base);
}

/** Replaces the app of a clone as the page says, word for word: its commands up to the commit, and its configuration. */
export function replaceApp(clone: Clone, kind: Kind): void {
  const [code = "", deploy = ""] = blocks("sh");
  cpSync(fixtureOf(kind), join(clone.directory, "../your-app"), { recursive: true });
  shell(clone, code);
  const [app = "", previews = ""] = blocks("ts");
  const file = "onebox.config.ts";
  const config = readFileSync(join(clone.directory, file), "utf8");
  clone.write(
    file,
    config
      .replace(/^ {2}app: \{\n[\s\S]*?^ {2}\},\n/m, app)
      .replace(/^ {2}previews: .*\n/m, previews)
      .replace(/\n {2}backups: .*\n/, ""),
  );
  shell(clone, deploy.replace(/^scripts\/deploy\.sh .*$/m, ""));
}

function shell({ directory }: Clone, text: string): void {
  execFileSync("bash", ["-ec", text], { cwd: directory, stdio: "pipe" });
}
