import type { EnvironmentName } from "../config/schema.ts";
import { renderMaintenance } from "./maintenance.ts";
import { hostNames, type Project } from "./project.ts";

/** Renders the maintenance page for work that ends by itself; the VM shows it meanwhile. */
export function renderBriefPage(
  project: Project,
  environment: EnvironmentName,
  message: string,
): string {
  const hosts = hostNames(project, environment);
  const https = project.config.https !== undefined;
  return renderMaintenance(
    { environment, hosts, https, proxied: false },
    { message, retryAfter: 60, allow: [] },
  );
}

/** What visitors get while a database's data are carried over to another major version, or back. */
export function renderUpgradePage(project: Project, environment: EnvironmentName): string {
  const message = "We are bringing the database up to date and will be here again soon.";
  return renderBriefPage(project, environment, message);
}
