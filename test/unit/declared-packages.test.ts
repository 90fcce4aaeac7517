import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";

/** The packages that a room's package.json asks for. */
function declaredIn(room: string): string[] {
  const file = join(root, room, "package.json");
  if (!existsSync(file)) return [];
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(file, "utf8"));
  return [...Object.keys(dependencies), ...Object.keys(devDependencies)];
}

/** The packages that a file imports, by its first lines: further below, imports may be another program's text. */
function importedBy(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const [head = ""] = text.split(
    /^(?:export )?(?:const|let|async|function|class|type|describe)\b/m,
  );
  const found = head.matchAll(/^(?:import|export|\}) (?:[^"'\n]* )?from "([^."/][^"]*)";$/gm);
  return [...found]
    .map(([, name = ""]) => name)
    .filter((name) => !isBuiltin(name))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
}

describe("the packages", () => {
  const files = execFileSync("git", ["-C", root, "ls-files", "*.ts"]).toString().split("\n");

  // server/ may make room for another app, and what it asked for is gone then.
  it("that a file imports are asked for by its own room, or by the top", () => {
    const top = declaredIn(".");
    for (const file of files.filter((each) => existsSync(join(root, each)))) {
      const room = /^(server|emulator|providers\/hcloud)\//.exec(file)?.[1];
      if (file === "" || file.startsWith("app/") || file.startsWith("providers/")) continue;
      const declared = [...top, ...(room === undefined ? [] : declaredIn(room))];
      for (const name of importedBy(file)) expect(declared, `${file}: ${name}`).to.include(name);
    }
  });
});
