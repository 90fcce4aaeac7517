import { defineConfig } from "./config/schema.ts";

/** The one file to edit. `scripts/deploy.sh --help` says how it is used; docs/configuration.md explains each field. */
export default defineConfig({
  name: "onebox",
  cloud: "local", // "local": on this computer, no account; "hetzner": for real
  release: "tag", // how the pipeline releases prod: "tag": a version tag; "promote": by hand, what stage serves

  hetzner: {
    domain: "example.com",
    repository: "ghcr.io/you/onebox",
    state: { bucket: "you-onebox-state", location: "fsn1" },
  },

  registry: "repository", // "none": images go to the VM over SSH

  server: { type: "cx23", location: "fsn1", image: "docker-ce", volumeSize: 10 },

  app: {
    context: ".",
    dockerfile: "server/Dockerfile",
    port: 3000,
    readiness: "/readyz",
    version: "/version",
    ready: 60,
    watch: 2,
    drain: { streams: 10, requests: 30 },
    database: true,
    secrets: ["DATABASE_URL"],
    migrate: ["node", "server/migrate.ts"],
    migrations: "server/migrations",
  },

  environments: {
    stage: { subdomain: "stage", memory: "256m", standby: true },
    prod: { subdomain: "", memory: "512m", standby: true },
  },

  previews: { memory: "256m", seed: ["node", "server/seed.ts"] },

  backups: { bucket: "you-onebox-backups", location: "nbg1", local: false }, // on Hetzner; true: here too
});
