import type { Tier } from "./arguments.ts";
import type { Lane } from "./lanes.ts";
import type { Sample } from "./sampling.ts";

/** What a suite runs: mocha, from a directory of the tree; or, from its top, a program that counts nothing itself. */
export type Command =
  | { kind: "mocha"; from: string; arguments: string[] }
  | { kind: "program"; command: string[] };

/** A part of the tests that runs by itself. */
export interface Suite {
  name: string;
  /** The smallest tier that has it. */
  tier: Tier;
  lane: Lane;
  /** What is otherwise in the long tier, which tries more. */
  long?: { lane: Lane };
  command: Command;
  /** Its tests, as patterns of files. */
  tests: string[];
  /** It is run when something that begins with one of these has changed. */
  covers: string[];
  sample?: Sample;
  /** It may use the stage that others before it have deployed: ONEBOX_TEST_STAGE names the directory for it. */
  stage?: true;
  /** It is about the app in server/, or deploys it: nothing for a repository that deploys another one. */
  demo?: true;
}

/** Whatever it is, it may break these. */
const everything = [""];
/** What takes part in every deploy. */
const deploy = [
  ...["cli/", "config/", "docker-compose.yml", "emulator/", "host/", "main.ts", "onebox.config.ts"],
  ...["providers/", "scripts/", "server/", "stacks/", "test/support/", "toolchain/images/"],
  ...["traefik/", ".env", ".gitsecret/", "package", "toolchain/versions.env"],
];

const program = (name: string, ...command: string[]): Suite => ({
  name,
  tier: "fast",
  lane: "shared",
  command: { kind: "program", command },
  tests: [],
  covers: everything,
});
/** mocha with a room's own settings, run from the top of the tree. */
const room = (path: string): Pick<Suite, "command" | "tests"> => ({
  command: { kind: "mocha", from: ".", arguments: ["--config", `${path}/.mocharc.json`] },
  tests: [`${path}/*.test.ts`],
});
/** mocha as `npm test` of a package runs it. */
const inPackage = (from: string, tests: string[], ...options: string[]) => ({
  command: {
    kind: "mocha" as const,
    from,
    arguments: options.length > 0 ? ["--no-config", ...options, ...tests] : [],
  },
  tests: tests.map((each) => `${from}/${each}`),
});
/** mocha for a few tests that use another room, and need no settings of their own. */
const beside = (path: string): Pick<Suite, "command" | "tests"> => ({
  command: {
    kind: "mocha",
    from: ".",
    arguments: ["--no-config", "--timeout", "600000", `${path}/*.test.ts`],
  },
  tests: [`${path}/*.test.ts`],
});
const filesIn = (directory: string, names: string[]) =>
  names.map((name) => `${directory}/${name}.test.ts`);
const emulator = ["emulator/", "package", "toolchain/versions.env"];

export const suites: Suite[] = [
  program("lint", "biome", "check", "."),
  program("shell", "test/run/programs/shell.sh"),
  program("workflows", "test/run/programs/workflows.sh"),
  program("types", "tsc", "--noEmit"),
  // In a clone that has not run them yet these take longest, so they begin first.
  {
    name: "rehearsal",
    tier: "default",
    demo: true,
    lane: "shared",
    ...room("test/rehearsal"),
    covers: [...deploy, "test/rehearsal/"],
    sample: {
      of: "what is tried beside the plain path",
      default: { ONEBOX_PARTS: "2" },
      long: { ONEBOX_PARTS: "all" },
    },
  },
  {
    name: "ways",
    tier: "default",
    demo: true,
    lane: "shared",
    ...room("test/ways"),
    stage: true,
    covers: [...deploy, "test/pipeline/", "test/ways/", "webhook/", ".github/"],
    sample: {
      of: "ways, steps of a deploy at which Ctrl-C comes, kinds of app in place of server/, environments that it is called in, and what is refused",
      default: {
        ONEBOX_WAYS: "2",
        ONEBOX_INTERRUPTS: "3",
        ONEBOX_APPS: "1",
        ONEBOX_SURROUNDINGS: "2",
        ONEBOX_REFUSALS: "3",
      },
      long: {
        ONEBOX_WAYS: "all",
        ONEBOX_INTERRUPTS: "all",
        ONEBOX_APPS: "all",
        ONEBOX_SURROUNDINGS: "all",
        ONEBOX_REFUSALS: "all",
      },
      files: {
        by: "ONEBOX_WAYS",
        among: filesIn("test/ways", [
          ...["60-other-app", "75-no-registry", "76-private", "77-webhook", "79-pipeline"],
          ...["82-surroundings", "85-interrupt"],
        ]),
      },
    },
  },
  {
    name: "previews",
    tier: "default",
    demo: true,
    lane: "shared",
    long: { lane: "alone" }, // so many previews are woken at once, and prod's requests are counted
    ...room("test/previews"),
    stage: true,
    covers: [...deploy, "test/previews/"],
    sample: {
      of: "what previews are beside their life, names of branches, and previews at once",
      default: { ONEBOX_PREVIEW_PARTS: "1", ONEBOX_PREVIEW_NAMES: "2", ONEBOX_PREVIEWS: "2" },
      long: { ONEBOX_PREVIEW_PARTS: "all", ONEBOX_PREVIEW_NAMES: "all", ONEBOX_PREVIEWS: "30" },
      files: {
        by: "ONEBOX_PREVIEW_PARTS",
        among: filesIn("test/previews", ["20-apart", "30-names", "40-guarded"]),
      },
    },
  },
  {
    name: "together",
    tier: "default",
    demo: true,
    lane: "shared",
    ...beside("test/together"),
    stage: true,
    covers: [...deploy, "test/kill/", "test/together/"],
    sample: {
      of: "what comes while a deploy is at work, and deploys at once",
      default: { ONEBOX_TOGETHER: "2", ONEBOX_KILL_TOGETHER: "3" },
      long: { ONEBOX_TOGETHER: "all", ONEBOX_KILL_TOGETHER: "10" },
    },
  },
  {
    name: "machines",
    tier: "default",
    lane: "shared",
    ...inPackage("emulator", ["test/machines/*.test.ts"], "--timeout", "120000"),
    covers: emulator,
    sample: {
      of: "what servers do, and moments at which a cloud with servers is killed",
      default: { ONEBOX_MACHINES: "2", ONEBOX_MACHINE_KILLS: "2" },
      long: { ONEBOX_MACHINES: "all", ONEBOX_MACHINE_KILLS: "40" },
      files: {
        by: "ONEBOX_MACHINES",
        among: filesIn("test/machines", [
          ...["disks", "docker", "faults", "firewalls", "networks", "running", "volumes"],
        ]),
      },
    },
  },
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
    covers: ["server/", "package"],
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
      ...["test/pipeline/", "test/repository/", "test/support/", "test/watch/"],
    ],
    sample: {
      of: "what a repository does beside keeping its secrets, and environments that a door is called in",
      default: { ONEBOX_REPOSITORY: "2", ONEBOX_SURROUNDINGS: "4" },
      long: { ONEBOX_REPOSITORY: "all", ONEBOX_SURROUNDINGS: "all" },
      files: {
        by: "ONEBOX_REPOSITORY",
        among: filesIn("test/repository", [
          ...["ci-steps", "doors", "members", "nightly", "pull-request-attacks", "watch"],
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
    name: "emulator-kill",
    tier: "default",
    lane: "shared",
    ...inPackage("emulator", ["test/kill/*.test.ts"], "--timeout", "120000"),
    covers: emulator,
    sample: {
      of: "moments at which the cloud is killed",
      default: { ONEBOX_EMULATOR_KILLS: "4" },
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
    name: "clients",
    tier: "default",
    lane: "shared",
    ...inPackage(
      "emulator",
      ["test/clients/*.test.ts"],
      ...["--timeout", "120000", "--parallel", "--jobs", "3"],
    ),
    covers: [...emulator, "docs/"],
    sample: {
      of: "clients",
      default: { ONEBOX_CLIENTS: "2" },
      long: { ONEBOX_CLIENTS: "all" },
      files: {
        by: "ONEBOX_CLIENTS",
        among: filesIn("test/clients", [
          ...["cli", "cli-addresses", "cli-networks", "docs", "go", "python"],
        ]),
      },
    },
  },
  {
    name: "https",
    tier: "default",
    lane: "shared",
    ...room("test/https"),
    covers: [
      ...["cli/local-ca/", "cli/release/", "config/", "stacks/", "traefik/", "test/https/"],
      "toolchain/versions.env",
    ],
    sample: {
      of: "ways to certificates",
      default: { ONEBOX_HTTPS: "1" },
      long: { ONEBOX_HTTPS: "all" },
      files: {
        by: "ONEBOX_HTTPS",
        among: filesIn("test/https", ["certificates", "wildcard"]),
      },
    },
  },
  {
    name: "https-vm",
    tier: "long",
    demo: true,
    lane: "shared",
    command: {
      kind: "mocha",
      from: ".",
      arguments: ["--no-config", "--timeout", "300000", "test/https/vm/*.test.ts"],
    },
    tests: ["test/https/vm/*.test.ts"],
    covers: ["test/https/"],
  },
  {
    name: "dns",
    tier: "default",
    lane: "shared",
    ...room("test/dns"),
    covers: ["cli/dns/", "config/", "emulator/", "scripts/", "stacks/", "test/dns/"],
  },
  {
    name: "stacks",
    tier: "default",
    lane: "shared",
    ...room("test/stacks"),
    covers: ["cli/hcloud/", "cli/plan/", "config/", "emulator/", "stacks/", "test/stacks/"],
  },
  {
    name: "database",
    tier: "default",
    lane: "shared",
    ...room("test/database"),
    covers: ["host/", "test/database/"],
  },
  {
    name: "backups",
    tier: "long",
    lane: "shared",
    ...room("test/backups"),
    covers: [
      ...["cli/backups/", "cli/objects/", "cli/release/", "docker-compose.yml", "host/"],
      "test/backups/",
    ],
    sample: {
      of: "moments that a database is brought back to",
      default: { ONEBOX_MOMENTS: "2" },
      long: { ONEBOX_MOMENTS: "20" },
    },
  },
  {
    name: "backups-vm",
    tier: "long",
    demo: true,
    lane: "alone",
    command: {
      kind: "mocha",
      from: ".",
      arguments: ["--no-config", "--timeout", "900000", "--bail", "test/backups/vm/*.test.ts"],
    },
    tests: ["test/backups/vm/*.test.ts"],
    covers: [...deploy, "test/backups/"],
  },
  {
    name: "edge",
    tier: "default",
    lane: "shared",
    ...room("test/edge"),
    covers: ["cli/release/", "config/", "host/", "stacks/", "traefik/", "test/edge/"],
    sample: {
      of: "what the edge does beside routing",
      default: { ONEBOX_EDGE: "3" },
      long: { ONEBOX_EDGE: "all" },
      files: {
        by: "ONEBOX_EDGE",
        among: filesIn("test/edge", [
          ...["bounds", "clients", "hold", "hosts", "limits", "maintenance", "overview"],
          ...["protocols", "requests"],
        ]),
      },
    },
  },
  {
    name: "image",
    tier: "default",
    demo: true,
    lane: "shared",
    ...room("test/image"),
    covers: ["cli/", "scripts/", "server/Dockerfile", "test/image/", "toolchain/versions.env"],
    sample: {
      of: "clones and builders",
      default: { ONEBOX_IMAGES: "1" },
      long: { ONEBOX_IMAGES: "all" },
      files: {
        by: "ONEBOX_IMAGES",
        among: filesIn("test/image", ["05-clone", "07-ways-out", "20-platforms", "25-inputs"]),
      },
    },
  },
  {
    name: "apps",
    tier: "default",
    lane: "shared",
    demo: true,
    ...room("test/apps"),
    covers: [
      ...["biome.json", "cli/", "config/", "docs/your-app.md", "package", "scripts/", "server/"],
      ...["test/apps/", "test/fixtures/apps/", "tsconfig.json"],
    ],
    sample: {
      of: "kinds of app in place of server/",
      default: { ONEBOX_APPS: "2" },
      long: { ONEBOX_APPS: "all" },
    },
  },
  {
    name: "previews-killed",
    tier: "default",
    demo: true,
    lane: "alone",
    ...beside("test/previews/killed"),
    stage: true,
    covers: [...deploy, "test/previews/"],
    sample: {
      of: "points at which a preview is killed",
      default: { ONEBOX_PREVIEW_POINTS: "2" },
      long: { ONEBOX_PREVIEW_POINTS: "all" },
    },
  },
  {
    name: "rotation",
    tier: "long",
    demo: true,
    lane: "alone",
    ...room("test/rotation"),
    covers: ["cli/rotate/", "cli/commands/rotate.ts", "host/release/", "test/rotation/"],
  },
  {
    name: "takeover",
    tier: "long",
    lane: "alone",
    ...room("test/takeover"),
    covers: [...deploy, "test/takeover/"],
  },
  {
    name: "traffic",
    tier: "default",
    demo: true,
    lane: "alone",
    ...room("test/traffic"),
    stage: true,
    covers: [...deploy, "test/traffic/"],
    sample: {
      of: "what happens beside releases, rounds of them, and deploys in each beside a rollback and two canaries",
      default: {
        ONEBOX_TRAFFIC_PARTS: "1",
        ONEBOX_TRAFFIC_ROUNDS: "1",
        ONEBOX_TRAFFIC_DEPLOYS: "1",
      },
      long: {
        ONEBOX_TRAFFIC_PARTS: "all",
        ONEBOX_TRAFFIC_ROUNDS: "5",
        ONEBOX_TRAFFIC_DEPLOYS: "4",
      },
      files: {
        by: "ONEBOX_TRAFFIC_PARTS",
        among: filesIn("test/traffic", ["30-plain-compose", "50-edge"]),
      },
    },
  },
  {
    name: "faults",
    tier: "default",
    demo: true,
    lane: "alone",
    ...room("test/faults"),
    stage: true,
    covers: [...deploy, "test/faults/"],
    sample: {
      of: "what is faulty beside apps and migrations, and faults of each kind",
      default: { ONEBOX_FAULT_PARTS: "1", ONEBOX_FAULTS: "1" },
      long: { ONEBOX_FAULT_PARTS: "all", ONEBOX_FAULTS: "all" },
      files: {
        by: "ONEBOX_FAULT_PARTS",
        among: filesIn("test/faults", ["20-pull", "35-database", "40-machine", "50-deaf"]),
      },
    },
  },
  {
    name: "kill",
    tier: "default",
    demo: true,
    lane: "alone",
    ...room("test/kill"),
    stage: true,
    covers: [...deploy, "test/kill/"],
    sample: {
      of: "points at which part of a release is killed",
      default: { ONEBOX_KILL_POINTS: "3" },
      long: { ONEBOX_KILL_POINTS: "all" },
    },
  },
];

const size: Record<Tier, number> = { fast: 0, default: 1, long: 2 };

/** The suites of a tier: each has those of the smaller ones. */
export function suitesOf(tier: Tier): Suite[] {
  return suites.filter((suite) => size[suite.tier] <= size[tier]);
}

/** A suite as it is in a tier. */
export const inTier = (suite: Suite, tier: Tier): Suite =>
  tier === "long" ? { ...suite, ...suite.long } : suite;

/** Those that mean something to a repository which deploys its own app instead of server/. */
export function suitesWithoutDemo(among: Suite[]): Suite[] {
  return among.filter(({ demo }) => demo === undefined);
}

/** Those which cover one of these files. */
export function suitesFor(files: string[], among: Suite[]): Suite[] {
  return among.filter(({ covers }) =>
    files.some((file) => covers.some((start) => file.startsWith(start))),
  );
}
