import { beside, emulator, everything, filesIn, inPackage, room } from "./kinds.ts";
import type { Suite } from "./suite.ts";

/** Tests of one part of the tree, which deploy nothing. */
export const ofParts: Suite[] = [
  {
    name: "unit",
    tier: "fast",
    lane: "shared",
    ...room("test/unit"),
    tests: ["test/unit/**/*.test.ts"],
    covers: everything,
  },
  {
    name: "bindings",
    tier: "fast",
    lane: "shared",
    command: {
      kind: "mocha",
      from: ".",
      arguments: ["--config", "providers/hcloud/.mocharc.json"],
    },
    tests: ["providers/hcloud/test/*.test.ts"],
    covers: ["providers/", "package"],
  },
  {
    name: "server",
    tier: "fast",
    demo: true,
    lane: "shared",
    command: { kind: "mocha", from: "server", arguments: ["--ignore", "test/dev.test.ts"] },
    tests: ["server/test/!(dev).test.ts"],
    covers: ["docs/migrations.md", "server/", "package"],
  },
  {
    name: "webhook",
    tier: "fast",
    lane: "shared",
    command: { kind: "mocha", from: ".", arguments: ["--config", "webhook/.mocharc.json"] },
    tests: ["webhook/test/*.test.ts"],
    covers: ["webhook/", "package"],
  },
  {
    name: "emulator",
    tier: "fast",
    lane: "shared",
    ...inPackage("emulator", ["test/{unit,api,dns,conformance,codes}/**/*.test.ts"]),
    covers: emulator,
  },
  {
    name: "toolchain",
    tier: "default",
    lane: "shared",
    command: { kind: "mocha", from: ".", arguments: ["--config", "toolchain/.mocharc.json"] },
    tests: ["toolchain/test/*.test.ts"],
    covers: ["toolchain/", "cli/toolchain/", "scripts/setup.sh", "scripts/lib/"],
  },
  {
    name: "dev",
    tier: "default",
    demo: true,
    lane: "shared",
    ...inPackage(
      "server",
      ["test/dev.test.ts"],
      "--require",
      "./test/setup.ts",
      "--timeout",
      "120000",
    ),
    covers: ["server/", "scripts/dev.sh", "package"],
  },
  {
    name: "repository",
    tier: "default",
    demo: true,
    lane: "shared",
    ...room("test/repository"),
    covers: [
      ...[".env", ".git", "biome.json", "cli/", "package", "scripts/", "server/"],
      ...["test/fixtures/", "test/pipeline/", "test/repository/", "test/support/", "test/watch/"],
    ],
    sample: {
      of: "what a repository does beside keeping its secrets, and environments that a door is called in",
      default: { ONEBOX_REPOSITORY: "1", ONEBOX_SURROUNDINGS: "2" },
      long: { ONEBOX_REPOSITORY: "all", ONEBOX_SURROUNDINGS: "all" },
      files: {
        by: "ONEBOX_REPOSITORY",
        among: filesIn("test/repository", [
          ...["ci-steps", "doors", "members", "nightly", "pull-request-attacks", "scan", "watch"],
        ]),
      },
    },
  },
  {
    name: "run",
    tier: "default",
    lane: "shared",
    ...room("test/run"),
    covers: ["test/run/", "scripts/"],
  },
  {
    name: "load",
    tier: "default",
    lane: "shared",
    ...beside("test/load"),
    covers: ["test/traffic/load/", "test/load/"],
  },
  {
    name: "fuzz",
    tier: "default",
    lane: "shared",
    ...inPackage("emulator", ["test/fuzz/*.test.ts"], "--timeout", "120000"),
    covers: emulator,
    sample: {
      of: "generated requests",
      default: { ONEBOX_FUZZ: "500" },
      long: { ONEBOX_FUZZ: "100000" },
    },
  },
  {
    // Without KVM a server boots for minutes, and takes a processor.
    name: "vms",
    tier: "long",
    lane: "shared",
    ...inPackage("emulator", ["test/vms/*.test.ts"], "--bail", "--timeout", "1200000"),
    covers: emulator,
  },
  {
    name: "emulator-kill",
    tier: "default",
    lane: "shared",
    ...inPackage("emulator", ["test/kill/*.test.ts"], "--timeout", "120000"),
    covers: emulator,
    sample: {
      of: "moments at which the cloud is killed",
      default: { ONEBOX_EMULATOR_KILLS: "2" },
      long: { ONEBOX_EMULATOR_KILLS: "200" },
    },
  },
  {
    name: "terraform",
    tier: "default",
    lane: "shared",
    ...inPackage("emulator", ["test/terraform/*.test.ts"], "--timeout", "120000"),
    covers: [...emulator, "providers/", "stacks/", "main.ts"],
  },
  {
    name: "provider",
    tier: "long",
    lane: "shared",
    ...inPackage("emulator", ["test/provider/*.test.ts"], "--timeout", "7200000"),
    covers: [...emulator, "toolchain/providers/"],
    patience: 120, // the provider's own tests are one of mocha's
  },
  {
    name: "clients",
    tier: "default",
    lane: "shared",
    ...inPackage(
      "emulator",
      ["test/clients/*.test.ts"],
      ...["--timeout", "120000", "--parallel", "--jobs", "3"],
    ),
    covers: emulator,
    sample: {
      of: "clients, and the package of the local cloud",
      default: { ONEBOX_CLIENTS: "2" },
      long: { ONEBOX_CLIENTS: "all" },
      files: {
        by: "ONEBOX_CLIENTS",
        among: filesIn("test/clients", [
          ...["cli", "cli-addresses", "cli-networks", "docs", "go", "package", "python"],
        ]),
      },
    },
  },
];
