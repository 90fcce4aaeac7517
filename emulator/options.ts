import { parseArgs } from "node:util";
import type { Profile } from "./durations.ts";
import { DRIVERS, type Driver } from "./identity.ts";

export const HELP = `Usage: onebox-cloud [options]
       onebox-cloud conformance [options]    checks an API by calls (conformance --help)

Serves the Hetzner Cloud API on this computer. Its servers are Linux hosts in Docker containers,
or virtual machines.

  --data DIR       where the state is kept                     (default: .onebox/cloud)
  --driver NAME    docker; qemu: virtual machines; or api-only: no machines, instant
                                                               (default: docker, then as before)
  --port N         listen on 127.0.0.1:N                       (default: a free one, then kept)
  --image NAME     image of the servers                        (default: built from emulator/hosts)
  --profile NAME   how long actions take: instant, or realistic (default: instant)
  --rate-limit N   refuse more than N requests per hour and project; Hetzner's is 3600
                                                               (default: count them, refuse none)
  --no-registry    servers have no registry mirror
  --help

The endpoint and the token are in DIR/cloud.json; so is control_token, for faults, time, further
tokens and the status page at http://127.0.0.1:PORT/. Requests are logged as JSON, one a line.
`;

export interface Options {
  data: string;
  /** Null: the one that the cloud began with. */
  driver: Driver | null;
  port: number | null;
  image: string | null;
  registry: boolean;
  profile: Profile;
  /** Requests per hour and project; null refuses none. */
  rateLimit: number | null;
  help: boolean;
}

/** Reads the command line; throws an Error whose message is fit to be shown. */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      data: { type: "string", default: ".onebox/cloud" },
      driver: { type: "string" },
      port: { type: "string" },
      image: { type: "string" },
      profile: { type: "string", default: "instant" },
      "rate-limit": { type: "string" },
      registry: { type: "boolean", default: true },
      help: { type: "boolean", default: false },
    },
  });
  const { data, driver, port, image, registry, profile, help, "rate-limit": limit } = values;
  if (driver !== undefined && !isDriver(driver)) {
    throw new Error(`--driver must be docker, qemu or api-only, not '${driver}'`);
  }
  if (
    port !== undefined &&
    !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) < 65536)
  ) {
    throw new Error(`--port must be a number from 1 to 65535, not '${port}'`);
  }
  if (profile !== "instant" && profile !== "realistic") {
    throw new Error(`--profile must be instant or realistic, not '${profile}'`);
  }
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) {
    throw new Error(`--rate-limit must be a number from 1, not '${limit}'`);
  }
  return {
    data,
    driver: driver ?? null,
    port: port === undefined ? null : Number(port),
    image: image ?? null,
    registry,
    profile,
    rateLimit: limit === undefined ? null : Number(limit),
    help,
  };
}

const isDriver = (word: string): word is Driver => DRIVERS.some((driver) => driver === word);
