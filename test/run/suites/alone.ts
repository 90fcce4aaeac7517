import { beside, deploy, filesIn, room } from "./kinds.ts";
import type { Suite } from "./suite.ts";

/** Those during which nothing else may run: they count requests, or kill what others use. */
export const alone: Suite[] = [
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
      default: { ONEBOX_PREVIEW_POINTS: "1" },
      long: { ONEBOX_PREVIEW_POINTS: "all" },
    },
  },
  {
    name: "rotation",
    tier: "long",
    demo: true,
    lane: "alone",
    ...room("test/rotation"),
    covers: [...deploy, "test/rotation/"],
  },
  {
    name: "takeover",
    tier: "long",
    lane: "alone",
    ...room("test/takeover"),
    covers: [...deploy, "test/takeover/"],
  },
  {
    name: "survival",
    tier: "long",
    demo: true,
    lane: "alone",
    ...room("test/survival"),
    covers: [...deploy, "test/backups/", "test/survival/"],
    sample: {
      of: "megabytes of a database, and seconds of each fault of the storage",
      default: { ONEBOX_DATABASE_MB: "32", ONEBOX_STORAGE_SECONDS: "30" },
      long: { ONEBOX_DATABASE_MB: "1024", ONEBOX_STORAGE_SECONDS: "60" },
    },
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
      of: "what is faulty beside apps, what stops faulty apps, and faults that each of these stops",
      default: { ONEBOX_FAULT_PARTS: "1", ONEBOX_FAULT_DEFENCES: "3", ONEBOX_FAULTS: "1" },
      long: { ONEBOX_FAULT_PARTS: "all", ONEBOX_FAULT_DEFENCES: "all", ONEBOX_FAULTS: "all" },
      files: {
        by: "ONEBOX_FAULT_PARTS",
        among: filesIn("test/faults", [
          ...[
            "20-pull",
            "30-migrations",
            "35-database",
            "40-machine",
            "50-deaf",
            "60-server",
            "65-input",
          ],
          "70-cancelled",
        ]),
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
