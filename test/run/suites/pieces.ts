import { deploy, filesIn, room } from "./kinds.ts";
import type { Suite } from "./suite.ts";

/** What a deploy is made of, tried by itself or on a VM beside others. */
export const ofPieces: Suite[] = [
  {
    name: "https",
    tier: "default",
    lane: "shared",
    ...room("test/https"),
    covers: [
      ...["cli/local-ca/", "cli/release/", "config/", "emulator/", "stacks/", "traefik/"],
      ...["test/https/", "toolchain/versions.env"],
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
      arguments: ["--no-config", "--timeout", "900000", "test/https/vm/*.test.ts"],
    },
    tests: ["test/https/vm/*.test.ts"],
    covers: [...deploy, "test/https/"],
  },
  {
    name: "dns",
    tier: "default",
    lane: "shared",
    ...room("test/dns"),
    covers: [
      ...["cli/dns/", "config/", "emulator/", "main.ts", "scripts/", "stacks/", "test/dns/"],
      "test/fixtures/",
    ],
  },
  {
    name: "stacks",
    tier: "default",
    lane: "shared",
    ...room("test/stacks"),
    covers: [
      ...["cli/hcloud/", "cli/plan/", "config/", "emulator/", "main.ts", "stacks/"],
      ...["test/fixtures/", "test/stacks/"],
    ],
  },
  {
    name: "database",
    tier: "default",
    lane: "shared",
    ...room("test/database"),
    covers: ["host/", "test/database/", "test/fixtures/"],
    sample: {
      of: "what an environment's database lets in",
      default: { ONEBOX_DATABASE: "2" },
      long: { ONEBOX_DATABASE: "all" },
      files: {
        by: "ONEBOX_DATABASE",
        among: filesIn("test/database", ["load", "logins", "network", "rights", "roles"]),
      },
    },
  },
  {
    name: "backups",
    tier: "long",
    lane: "shared",
    ...room("test/backups"),
    covers: [
      ...["cli/backups/", "cli/objects/", "cli/release/", "config/", "docker-compose.yml"],
      ...["emulator/", "host/", "main.ts", "stacks/", "test/backups/", "test/fixtures/"],
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
      arguments: ["--no-config", "--timeout", "1800000", "--bail", "test/backups/vm/*.test.ts"],
    },
    tests: ["test/backups/vm/*.test.ts"],
    covers: [...deploy, "docs/backups.md", "docs/emergency.md", "test/backups/"],
  },
  {
    name: "edge",
    tier: "default",
    lane: "shared",
    ...room("test/edge"),
    covers: ["cli/release/", "config/", "host/", "stacks/", "traefik/", "test/edge/"],
    sample: {
      of: "what the edge does beside routing",
      default: { ONEBOX_EDGE: "2" },
      long: { ONEBOX_EDGE: "all" },
      files: {
        by: "ONEBOX_EDGE",
        among: filesIn("test/edge", [
          ...["bounds", "clients", "hold", "hosts", "limits", "maintenance", "memory", "overview"],
          ...["protocols", "proxies", "requests"],
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
    covers: [
      ...["cli/", "scripts/", "server/Dockerfile", "test/fixtures/", "test/image/"],
      "toolchain/versions.env",
    ],
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
      default: { ONEBOX_APPS: "1" },
      long: { ONEBOX_APPS: "all" },
    },
  },
  {
    name: "release-keys",
    tier: "default",
    demo: true,
    lane: "shared",
    ...room("test/release-keys"),
    covers: [...deploy, "test/release-keys/"],
  },
];
