/**
 * Usage: node operator/bin/webhook-files.ts DIR IMAGE
 *
 * Writes into DIR what the VM needs for the webhook deployer, IMAGE by its digest. Exit code 2, with one
 * line, when the configuration has none.
 */
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { resolveCloud } from "../../config/cloud.ts";
import { loadConfig, root } from "../../config/load.ts";
import { renderRoute, renderSettings } from "../webhook-files.ts";

const [directory = "", image = ""] = process.argv.slice(2);
const config = await loadConfig();
const cloud = resolveCloud(config, root);
if (config.webhook === undefined) {
  console.error("onebox.config.ts: webhook is missing; docs/webhook.md says what it holds");
  process.exit(2);
}
const { subdomain, repository, branch } = config.webhook;
const host = `${subdomain}.${cloud.domain}`;
mkdirSync(directory, { recursive: true, mode: 0o700 });
const https = config.https !== undefined;
const settings = { host, https, image, images: cloud.repository, repository, branch };
writeFileSync(join(directory, "settings.env"), renderSettings(settings));
writeFileSync(join(directory, "webhook.yml"), renderRoute(settings));
copyFileSync(join(root, "webhook/compose.yml"), join(directory, "compose.yml"));
