import { beside, deploy, emulator, filesIn, inPackage, program, room } from "./kinds.ts";
import type { Suite } from "./suite.ts";

/** The programs that look at the tree, and what takes longest in a clone that has not run it yet. */
export const longest: Suite[] = [
  program("lint", "biome", "check", "."),
  program("shell", "node", "test/run/programs/shell.ts"),
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
      default: { ONEBOX_PARTS: "1" },
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
    covers: [
      ...deploy,
      ...[".github/", "docs/your-app.md", "test/pipeline/", "test/ways/", "webhook/"],
    ],
    sample: {
      of: "ways, steps of a deploy at which Ctrl-C comes, kinds of app in place of server/, environments that it is called in, and what is refused",
      default: {
        ONEBOX_WAYS: "1",
        ONEBOX_INTERRUPTS: "3",
        ONEBOX_APPS: "1",
        ONEBOX_SURROUNDINGS: "1",
        ONEBOX_REFUSALS: "2",
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
      default: { ONEBOX_TOGETHER: "1", ONEBOX_KILL_TOGETHER: "3" },
      long: { ONEBOX_TOGETHER: "all", ONEBOX_KILL_TOGETHER: "10" },
    },
  },
  {
    name: "machines",
    tier: "default",
    lane: "shared",
    ...inPackage("emulator", ["test/machines/*.test.ts"], "--timeout", "900000"),
    covers: emulator,
    sample: {
      of: "what servers do, and moments at which a cloud with servers is killed",
      default: { ONEBOX_MACHINES: "1", ONEBOX_MACHINE_KILLS: "1" },
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
    // Without KVM it takes hours, of one processor: a translated server's clock goes by what it has done,
    // so that it runs beside others, though it counts requests.
    name: "virtual",
    tier: "long",
    demo: true,
    lane: "shared",
    ...room("test/virtual"),
    covers: [...deploy, "test/virtual/"],
  },
];
