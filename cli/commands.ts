import type { Command } from "commander";
import type { Invocation } from "./session.ts";

/** A command's file: what it takes, and what it does. */
export interface CommandModule {
  define: (command: Command, invocation: Invocation) => void;
}

export interface Entry {
  summary: string;
  load: () => Promise<CommandModule>;
}

/** All commands of this program. */
export const commands: Record<string, Entry> = {
  status: {
    summary: "Shows what each environment serves.",
    load: () => import("./commands/status.ts"),
  },
  releases: {
    summary:
      "Lists an environment's releases: when, what, by whom, how each ended, and which can be rolled back to.",
    load: () => import("./commands/releases.ts"),
  },
  logs: {
    summary: "Shows the logs of an environment, or of the edge.",
    load: () => import("./commands/logs.ts"),
  },
  ssh: {
    summary:
      "Opens a shell on the VM, or runs one command there. The host key is checked as in a deploy.",
    load: () => import("./commands/ssh.ts"),
  },
  cancel: {
    summary:
      "Ends the work on an environment: a release, a rollback or a promotion. What was serving keeps serving.",
    load: () => import("./commands/cancel.ts"),
  },
  deploy: {
    summary:
      "Deploys one environment: creates the VM when there is none, then releases the app on it.",
    load: () => import("./commands/deploy.ts"),
  },
  rollback: {
    summary:
      "Rolls back to the previous release, or out of a canary, within a second: that release still runs.",
    load: () => import("./commands/rollback.ts"),
  },
  promote: {
    summary:
      "Gives a canary all of the traffic, unless it had more errors or slower answers than the stable release.",
    load: () => import("./commands/promote.ts"),
  },
  maintenance: {
    summary: "Shows visitors a page with status 503 instead of the app, until it is switched off.",
    load: () => import("./commands/maintenance.ts"),
  },
  backup: {
    summary:
      "Backs up an environment's database, shows its backups, or tests whether they restore.",
    load: () => import("./commands/backup.ts"),
  },
  restore: {
    summary:
      "Restores an environment's database to an earlier moment, or into a separate database.",
    load: () => import("./commands/restore.ts"),
  },
  db: {
    summary:
      "Opens an environment's database, dumps it, loads a dump, shows its size, copies it or upgrades it.",
    load: () => import("./commands/db.ts"),
  },
  certificates: {
    summary: "Shows how long the certificate of each of an environment's hosts is still valid.",
    load: () => import("./commands/certificates.ts"),
  },
  preview: {
    summary:
      "Puts up, takes down or lists previews of branches: each an environment at a host of its own, for some time.",
    load: () => import("./commands/preview.ts"),
  },
  webhook: {
    summary:
      "Switches the webhook deployer on the VM on or off: a push then releases its commit's image on stage.",
    load: () => import("./commands/webhook.ts"),
  },
  members: {
    summary: "Lists who can read which secrets and since when, adds people, and removes them.",
    load: () => import("./commands/members.ts"),
  },
  rotate: {
    summary: "Rotates keys and other secrets that Onebox can make itself, without an outage.",
    load: () => import("./commands/rotate.ts"),
  },
  image: {
    summary: "Builds this commit's image once, pushes it, and prints its name by digest.",
    load: () => import("./commands/image.ts"),
  },
  terraform: {
    summary:
      "Runs Terraform on one stack with the variables, credentials and state that a deploy would use.",
    load: () => import("./commands/terraform.ts"),
  },
  drift: {
    summary:
      "Finds what differs from what was deployed, whether changed by hand or not deployed yet, and certificates that were not renewed.",
    load: () => import("./commands/drift.ts"),
  },
  plan: {
    summary:
      "Shows what a deploy would change: the resources, the data at risk, and the price per month now and after.",
    load: () => import("./commands/plan.ts"),
  },
  destroy: {
    summary: "Takes one environment down, or everything.",
    load: () => import("./commands/destroy.ts"),
  },
  dns: {
    summary: "Shows the DNS records that the configured hosts need, and whether they exist.",
    load: () => import("./commands/dns.ts"),
  },
  release: {
    summary:
      "Tags a version of this commit: an annotated tag that lists the commits since the previous version.",
    load: () => import("./commands/release.ts"),
  },
  secrets: {
    summary:
      "Edits, encrypts, shows and checks the secrets that git-secret keeps in this repository.",
    load: () => import("./commands/secrets.ts"),
  },
  init: {
    summary:
      "Makes a clone your own: fresh secrets, readable by your GPG key instead of the practice identity.",
    load: () => import("./commands/init.ts"),
  },
  "ci-key": {
    summary:
      "Makes the GPG key with which the pipeline decrypts the secrets, and lets it read them.",
    load: () => import("./commands/ci-key.ts"),
  },
  "release-key": {
    summary: "Makes a key with which somebody can release without being root on the VM.",
    load: () => import("./commands/release-key.ts"),
  },
  hooks: {
    summary: "Installs git hooks for this clone, or removes them.",
    load: () => import("./commands/hooks.ts"),
  },
  dev: {
    summary: "Runs the app on this computer with a Postgres of its own.",
    load: () => import("./commands/dev.ts"),
  },
  setup: {
    summary:
      "Provides what the other commands need: programs, Terraform, images of the local cloud.",
    load: () => import("./commands/setup.ts"),
  },
  cloud: {
    summary:
      "Starts, stops and inspects the local cloud: the Hetzner Cloud API on this computer, with servers that are Linux hosts.",
    load: () => import("./commands/cloud.ts"),
  },
};

/** Commands of another program than this one, each behind a script of its own: the tests are test/run's. */
export const scripts = ["test"];
