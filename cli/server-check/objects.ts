import type { Config } from "../../config/schema.ts";
import type { Missing, Objects } from "../hcloud/objects.ts";

/**
 * What is wrong with what is there already, and cannot be mended by a deploy: a line each, with what helps.
 *
 * @param missing what Terraform's state lacks
 */
export function judgeObjects(config: Config, objects: Objects, missing: Missing[]): string[] {
  return [
    ...missing.filter(({ own }) => !own).map((foreign) => notOurs(foreign, config.name)),
    ...moved(config, objects),
    ...smaller(config, objects),
    ...elsewhere(objects),
  ];
}

function notOurs({ kind, name, id }: Missing, app: string): string {
  return (
    `name: the project has a ${kind} "${name}" (id ${id}) that Onebox did not make: take another name, ` +
    `or rename or delete that one; if it is yours, label it managed-by=onebox and app=${app}`
  );
}

function moved(
  { server: wanted, backups }: Config,
  { server, address, volume }: Objects,
): string[] {
  const there = Object.entries({ server, address, volume }).flatMap(([name, object]) =>
    object !== undefined && object.location.name !== wanted.location
      ? [{ name, location: object.location.name }]
      : [],
  );
  const [first] = there;
  if (first === undefined) return [];
  const names = there.map(({ name }) => name).join(", ");
  return [
    `server.location: Hetzner cannot move what is in ${first.location} (${names}) to ${wanted.location}: put back ` +
      `server.location: "${first.location}"; ` +
      (backups === undefined
        ? `to begin anew in ${wanted.location}, without the data: scripts/destroy.sh all --data, then deploy`
        : `to move to ${wanted.location} with what is backed up, see docs/emergency.md`),
  ];
}

function smaller({ server: { volumeSize } }: Config, { volume }: Objects): string[] {
  if (volume === undefined || volume.size <= volumeSize) return [];
  return [
    `server.volumeSize: the volume has ${volume.size} GB, and a volume cannot be made smaller: put back ` +
      `volumeSize: ${volume.size}`,
  ];
}

function elsewhere({ server, address, volume }: Objects): string[] {
  const problems: string[] = [];
  if (address?.assignee_id && address.assignee_id !== server?.id) {
    problems.push(
      `the address ${address.ip} is assigned to another server (id ${address.assignee_id}): switch that one off, ` +
        `then: hcloud primary-ip unassign ${address.id}; and deploy again`,
    );
  }
  if (volume?.server && volume.server !== server?.id) {
    problems.push(
      `the volume ${volume.name} is attached to another server (id ${volume.server}): unmount it there, ` +
        `then: hcloud volume detach ${volume.id}; and deploy again`,
    );
  }
  return problems;
}

/** Why nobody can reach the server, and what a deploy does about it; a line each. */
export function whyUnreachable({ server, address }: Objects): string[] {
  if (server === undefined) return ["there is no server: scripts/deploy.sh stage makes one"];
  const reasons: string[] = [];
  if (address !== undefined && !address.assignee_id) {
    reasons.push(
      `the address ${address.ip} is assigned to no server: scripts/deploy.sh stage assigns it, for which the server restarts`,
    );
  }
  if (server.status === "off") {
    reasons.push("the server is switched off: scripts/deploy.sh stage starts it");
  } else if (server.status !== "running") {
    reasons.push(`the server is ${server.status}: wait until it runs`);
  }
  return reasons;
}

/** What a deploy of another server type does to visitors; undefined: it is of that type. */
export function whatStops({ server: { type } }: Config, { server }: Objects): string | undefined {
  if (server === undefined || server.server_type.name === type) return undefined;
  return (
    `The server would change from ${server.server_type.name} to ${type}: it is switched off for that, and stage, prod ` +
    "and the previews do not answer until it has started again, which takes a minute or so."
  );
}
