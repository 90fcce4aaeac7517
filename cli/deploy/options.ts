import type { EnvironmentName } from "../../config/schema.ts";
import { RefusedError } from "../errors.ts";
import { type Guarded, guarded } from "../plan/risks.ts";
import { parseReference, RegistryError } from "../registry/reference.ts";
import type { Canary } from "../release/routes.ts";
import type { CommonOptions } from "../session.ts";
import type { Agreed } from "./decide.ts";

/** As Commander hands them over. */
export interface DeployOptions extends CommonOptions {
  image?: string;
  canary?: number;
  sticky?: boolean;
  mayReplace?: Guarded[];
  mayRestart?: boolean;
  forceUnproven?: boolean;
  fromBackup?: boolean;
  wait?: number;
}

/** What a deploy is asked for. */
export interface Order {
  environment: EnvironmentName;
  /** An image that somebody has named; undefined: this commit's for stage, that of stage for prod. */
  reference: string | undefined;
  canary: Canary | undefined;
  /** What may be replaced, destroyed or stopped. */
  agreed: Agreed;
  /** Whether prod takes an image that stage has never served, and stage one that no signer has signed. */
  unproven: boolean;
  /** Whether a database that is not there yet begins with its newest backup. */
  fromBackup: boolean;
  /** Whether the database's data are carried over to the major version that the release has. */
  upgrade: boolean;
  /** Seconds for which somebody else's work is waited for. */
  patience: number;
}

/** The order that options and their defaults make. @throws RefusedError when two of them do not go together */
export function orderOf(environment: EnvironmentName, options: DeployOptions): Order {
  const { image: reference, canary: share, sticky = false, wait = 0 } = options;
  const { mayReplace = [], mayRestart = false, fromBackup = false } = options;
  if (sticky && share === undefined) throw new RefusedError("--sticky belongs to --canary");
  const { forceUnproven: unproven = false } = options;
  if (unproven && reference === undefined)
    throw new RefusedError("--force-unproven belongs to --image");
  const canary = share === undefined ? undefined : { share, sticky };
  const agreed = { mayReplace, mayRestart };
  return {
    ...{ environment, reference, canary, agreed, unproven, fromBackup },
    ...{ upgrade: false, patience: wait },
  };
}

/** Whether the image is this commit's, which may have to be built. */
export function builds({ environment, reference }: Order): boolean {
  return environment === "stage" && reference === undefined;
}

/** Reads what --canary is given. @throws RefusedError */
export function parseShare(text: string): number {
  if (/^[1-9][0-9]?$/.test(text)) return Number(text);
  throw new RefusedError("--canary needs a share from 1 to 99 (percent)");
}

/** Reads what --image is given; a registry is asked later whether it has that. @throws RefusedError */
export function readReference(text: string): string {
  if (text === "") throw new RefusedError("--image needs an image reference");
  try {
    parseReference(text);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new RefusedError(`unknown image: ${error.message}`, { cause: error });
  }
  return text;
}

/** Adds one more to those that were named before it. */
export function parseGuarded(text: string, before: unknown): Guarded[] {
  const named = guarded.find((name) => name === text);
  if (named !== undefined) return [...((before as Guarded[] | undefined) ?? []), named];
  throw new RefusedError("--may-replace needs server, address or volume");
}
