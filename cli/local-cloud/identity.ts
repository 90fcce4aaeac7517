import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { NoFileError, readPlain } from "../../config/plain-file.ts";
import { parseAnswer } from "../answer.ts";
import { FailedError } from "../errors.ts";

/** What its servers can run in: containers, or virtual machines. */
export const drivers = ["docker", "qemu"] as const;
export type Driver = (typeof drivers)[number];

const schema = z.object({
  id: z.string(),
  /** Chosen at its first start; an older version of it had containers only. */
  driver: z.enum(drivers).default("docker"),
  /** Base URL of the API; "" before it has answered for the first time. */
  endpoint: z.string(),
  token: z.string(),
  /** Where the registry is published; null without machines. */
  registry: z.string().nullable(),
  /** Where servers reach this computer's name server, as ADDRESS:PORT; null without machines. */
  dns_for_servers: z.string().nullish(),
  /** The emulator's process; null when it was stopped. */
  pid: z.number().nullable(),
});

/** What the local cloud says of itself in cloud.json. */
export type LocalCloud = z.infer<typeof schema>;

const RESET = "scripts/cloud.sh reset, which removes that cloud with its data";

/** Where a clone's local cloud keeps its data. */
export function cloudDirectory(root: string): string {
  return join(root, ".onebox/cloud");
}

/**
 * The clone's local cloud; undefined before it was started for the first time.
 *
 * @throws FailedError when its file is damaged
 */
export function readLocalCloud(root: string): LocalCloud | undefined {
  const file = join(cloudDirectory(root), "cloud.json");
  if (!existsSync(file)) return undefined;
  try {
    return parseAnswer(file, readPlain(file).toString(), schema);
  } catch (error) {
    if (error instanceof NoFileError) throw new FailedError(error.message, { next: RESET });
    if (error instanceof FailedError) error.next = RESET;
    throw error;
  }
}
