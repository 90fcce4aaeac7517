import type { CloudApi } from "../hcloud/api.ts";
import type { Server, ServerImage, ServerType } from "../hcloud/schema.ts";

/** What Hetzner offers at the moment. */
export interface Offer {
  /** Names. */
  locations: string[];
  types: ServerType[];
  images: ServerImage[];
}

/** Asks for it. */
export async function askOffer(api: CloudApi): Promise<Offer> {
  const [locations, types, images] = await Promise.all([
    api.list("locations"),
    api.list("server_types"),
    api.list("images", { include_deprecated: "true" }),
  ]);
  return { locations: locations.map(({ name }) => name), types, images };
}

/** What keeps a deploy from beginning, and what a person should know besides; a line each. */
export interface Findings {
  problems: string[];
  warnings: string[];
}

/** As of the configuration's `server`. */
interface Wanted {
  type: string;
  location: string;
  image: string;
}

/** Milliseconds that Terraform's provider still orders an image that Hetzner has announced to go. */
const GRACE = 90 * 86_400_000;
/** How many other types are named. */
const NAMED = 8;

/**
 * Whether the server of the configuration can be ordered, or the one that is there changed into it.
 *
 * @param server the one that is there; undefined: it is to be created
 */
export function judgeOffer(
  wanted: Wanted,
  offer: Offer,
  server: Server | undefined,
  now = Date.now(),
): Findings {
  const { location } = wanted;
  if (!offer.locations.includes(location)) {
    const names = offer.locations.join(", ");
    return refusal(`server.location: Hetzner has no location "${location}"; it has ${names}`);
  }
  // Another image means another server in its place: the old one goes first, so the new one must be there to be had.
  const anew = server === undefined || (server.image?.name ?? wanted.image) !== wanted.image;
  const current = anew ? undefined : server;
  if (current?.server_type.name === wanted.type) return { problems: [], warnings: [] };
  const type = judgeType(wanted, offer, current, now);
  if (!anew || type.problems.length > 0) return type;
  const image = judgeImage(wanted, offer, now);
  return {
    problems: [...type.problems, ...image.problems],
    warnings: [...type.warnings, ...image.warnings],
  };
}

function judgeType(wanted: Wanted, offer: Offer, server: Server | undefined, now: number) {
  const { type: name, location } = wanted;
  const type = offer.types.find((candidate) => candidate.name === name);
  const no = (why: string) =>
    refusal(`server.type: ${why}; ${alternatives(wanted, offer, type, server, now)}`);
  if (type === undefined) return no(`Hetzner has no server type "${name}"`);
  if (server !== undefined && type.architecture !== server.server_type.architecture) {
    const { architecture } = server.server_type;
    return no(
      `${name} is ${type.architecture}, the server is ${architecture}, and stays what it is`,
    );
  }
  if (server !== undefined && type.disk < server.primary_disk_size) {
    return no(
      `${name} has a disk of ${type.disk} GB, the server's has ${server.primary_disk_size} GB and cannot shrink`,
    );
  }
  const place = type.locations.find((candidate) => candidate.name === location);
  if (place === undefined) return no(`${name} is not offered in ${location}`);
  const end = [type.deprecation, place.deprecation].flatMap((found) =>
    found ? [Date.parse(found.unavailable_after)] : [],
  );
  if (end.some((moment) => moment <= now)) {
    return no(`${name} can no longer be ordered in ${location}`);
  }
  if (!place.available) return no(`${name} is sold out in ${location} at the moment`);
  const [last] = end.sort();
  if (last === undefined) return { problems: [], warnings: [] };
  const day = new Date(last).toISOString().slice(0, 10);
  return {
    problems: [],
    warnings: [`server.type: ${name} can be ordered until ${day} only; a server of it goes on`],
  };
}

/** What to put there instead. */
function alternatives(
  { location }: Wanted,
  { types }: Offer,
  type: ServerType | undefined,
  server: Server | undefined,
  now: number,
): string {
  const architecture = server?.server_type.architecture ?? type?.architecture ?? "x86";
  const disk = server?.primary_disk_size ?? 0;
  const fitting = types
    .filter((candidate) => candidate.architecture === architecture && candidate.disk >= disk)
    .filter((candidate) => candidate.name !== server?.server_type.name)
    .filter((candidate) => isOrderable(candidate, location, now))
    .sort((a, b) => a.memory - b.memory || a.cores - b.cores)
    .slice(0, NAMED)
    .map(({ name, cores, memory }) => `${name} (${cores} cores, ${memory} GB)`);
  if (fitting.length > 0) return `in ${location} there are: ${fitting.join(", ")}`;
  const elsewhere = type?.locations.filter((place) => isOrderable(type, place.name, now)) ?? [];
  if (server !== undefined || elsewhere.length === 0) return `nothing fits in ${location} now`;
  return `it can be ordered in: ${elsewhere.map(({ name }) => name).join(", ")} (server.location)`;
}

function isOrderable(type: ServerType, location: string, now: number): boolean {
  const place = type.locations.find(({ name }) => name === location);
  const gone = [type.deprecation, place?.deprecation].some(
    (found) => found && Date.parse(found.unavailable_after) <= now,
  );
  return place?.available === true && !gone;
}

function judgeImage({ image: name, type }: Wanted, { images, types }: Offer, now: number) {
  const architecture = types.find((candidate) => candidate.name === type)?.architecture;
  const fitting = images.filter((candidate) => candidate.architecture === architecture);
  const image = fitting.find((candidate) => candidate.name === name);
  const names = fitting.flatMap((found) =>
    found.name === null || found.deprecated ? [] : [found.name],
  );
  const others = `there are: ${[...new Set(names)].join(", ")}; it must bring Docker, as docker-ce does`;
  if (image === undefined) {
    return refusal(`server.image: Hetzner has no image "${name}" for ${architecture}; ${others}`);
  }
  if (!image.deprecated) return { problems: [], warnings: [] };
  if (Date.parse(image.deprecated) + GRACE <= now) {
    return refusal(`server.image: ${name} can no longer be ordered; ${others}`);
  }
  return { problems: [], warnings: [`server.image: Hetzner will withdraw ${name}; ${others}`] };
}

function refusal(problem: string): Findings {
  return { problems: [problem], warnings: [] };
}
