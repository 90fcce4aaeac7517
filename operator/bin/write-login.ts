/**
 * Usage: node operator/bin/write-login.ts DIR
 *
 * Writes DIR/docker/config.json, mode 0600, with the login that REGISTRY_USER and REGISTRY_PASSWORD
 * hold: for a machine that builds images and has no GPG key.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { registryConfig } from "../../cli/registry/docker-config.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { loadConfig, root } from "../../config/load.ts";

const directory = join(process.argv[2] ?? ".", "docker");
const { REGISTRY_USER: user = "", REGISTRY_PASSWORD: password = "" } = process.env;
const { repository } = resolveCloud(await loadConfig(), root);
mkdirSync(directory, { mode: 0o700, recursive: true });
writeFileSync(
  join(directory, "config.json"),
  JSON.stringify(registryConfig(repository, { user, password })),
  { mode: 0o600 },
);
