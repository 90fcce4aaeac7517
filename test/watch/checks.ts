import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { isShell } from "../support/shell-files.ts";

/** A command and the directory to run it in. */
export interface Check {
  name: string;
  directory: string;
  command: string[];
}

/** A room whose own tests need no machine, and where its mocha is at home. */
interface Room {
  name: string;
  directory: string;
  settings: string;
}

const rooms: Room[] = [
  { name: "server", directory: "server", settings: "server/.mocharc.json" },
  { name: "emulator", directory: "emulator", settings: "emulator/.mocharc.json" },
  { name: "webhook", directory: ".", settings: "webhook/.mocharc.json" },
  { name: "toolchain", directory: ".", settings: "toolchain/.mocharc.json" },
  { name: "providers/hcloud", directory: ".", settings: "providers/hcloud/.mocharc.json" },
];
/** All that has no tests of its own beside it. */
const unit: Room = { name: "unit", directory: ".", settings: "test/unit/.mocharc.json" };

// scripts/test.sh runs these: they need machines, or measure. A new room of test/ is taken for one of them.
const slow =
  /^(bench\/|emulator\/test\/(machines|vms|terraform|provider|clients)\/|test\/(?!(unit|support|watch|run|pipeline|fixtures)\/))/;

/** What to run after these files of the tree in `root` have changed: what is quick comes first. */
export function checksFor(root: string, files: string[]): Check[] {
  const bin = (name: string) => join(root, "node_modules/.bin", name);
  const tolerant = ["--files-ignore-unknown=true", "--no-errors-on-unmatched"];
  const checks = [
    { name: "format", directory: root, command: [bin("biome"), "check", ...tolerant, ...files] },
  ];
  const shell = files.filter((file) => isShell(join(root, file)));
  if (shell.length > 0) {
    const lint = 'shellcheck -x "$@" && shfmt -d -i 2 -ci -bn "$@"';
    checks.push({ name: "shell", directory: root, command: ["sh", "-c", lint, "sh", ...shell] });
  }
  if (files.some((file) => file.endsWith(".ts"))) {
    checks.push({ name: "types", directory: root, command: [bin("tsc"), "--noEmit"] });
  }
  const tested = files.filter((file) => !file.endsWith(".md") && !slow.test(file));
  for (const room of [...rooms, unit]) {
    const own = tested.filter((file) => roomOf(file) === room);
    if (own.length === 0) continue;
    const directory = join(root, room.directory);
    // A test that is being written is run alone.
    const alone = own.every((file) => file.endsWith(".test.ts"));
    const what = alone ? own.map((file) => relative(directory, join(root, file))) : undefined;
    checks.push({
      name: alone ? own.join(", ") : `tests of ${room.name}`,
      directory,
      command: [bin("mocha"), ...mochaArguments(root, room, what)],
    });
  }
  return checks;
}

const roomOf = (file: string) => rooms.find(({ name }) => file.startsWith(`${name}/`)) ?? unit;

/** mocha adds files that it is given to those of its settings: so these are given one by one. */
function mochaArguments(root: string, room: Room, files: string[] | undefined): string[] {
  const settings = join(root, room.settings);
  if (files === undefined) return ["--config", settings];
  const { timeout, require } = JSON.parse(readFileSync(settings, "utf8"));
  return [
    "--no-config",
    "--timeout",
    timeout,
    ...(require ? ["--require", require] : []),
    ...files,
  ];
}
