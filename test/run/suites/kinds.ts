import type { Suite } from "./suite.ts";

/** Whatever it is, it may break these. */
export const everything = [""];
/** What takes part in every deploy. */
export const deploy = [
  ...["cli/", "config/", "docker-compose.yml", "emulator/", "host/", "main.ts", "onebox.config.ts"],
  ...["providers/", "scripts/", "server/", "stacks/", "test/support/", "toolchain/images/"],
  ...["test/fixtures/", "traefik/", ".env", ".gitsecret", "cdktf.json", "package"],
  "toolchain/versions.env",
];

export const program = (name: string, ...command: string[]): Suite => ({
  name,
  tier: "fast",
  lane: "shared",
  command: { kind: "program", command },
  tests: [],
  covers: everything,
});
/** mocha with a room's own settings, run from the top of the tree. */
export const room = (path: string): Pick<Suite, "command" | "tests"> => ({
  command: { kind: "mocha", from: ".", arguments: ["--config", `${path}/.mocharc.json`] },
  tests: [`${path}/*.test.ts`],
});
/** mocha as `npm test` of a package runs it. */
export const inPackage = (from: string, tests: string[], ...options: string[]) => ({
  command: {
    kind: "mocha" as const,
    from,
    arguments: options.length > 0 ? ["--no-config", ...options, ...tests] : [],
  },
  tests: tests.map((each) => `${from}/${each}`),
});
/** mocha for a few tests that use another room, and need no settings of their own. */
export const beside = (path: string): Pick<Suite, "command" | "tests"> => ({
  command: {
    kind: "mocha",
    from: ".",
    arguments: ["--no-config", "--timeout", "600000", `${path}/*.test.ts`],
  },
  tests: [`${path}/*.test.ts`],
});
export const filesIn = (directory: string, names: string[]) =>
  names.map((name) => `${directory}/${name}.test.ts`);
export const emulator = ["emulator/", "package", "toolchain/versions.env"];
