import { isIP } from "node:net";
import { liesInOne } from "../../config/proxies.ts";
import type { Project } from "../project.ts";

/**
 * Whether `ssh.allow` would keep out the computer that deploys: a line when it would.
 *
 * @param seen the address that the VM sees; empty: there is none yet
 */
export function lockedOut({ config, cloud }: Project, seen: string): string[] {
  const allowed = config.ssh?.allow;
  const own = cloud.ownAddress ?? seen;
  if (allowed === undefined || seen === "" || liesInOne(own, allowed)) return [];
  return [
    `ssh.allow: would lock out this computer, which the server sees as ${own}: add "${own}/${isIP(own) === 6 ? 128 : 32}"`,
  ];
}
