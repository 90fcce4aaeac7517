import { isDeepStrictEqual } from "node:util";
import type { EnvironmentName } from "../../config/schema.ts";
import type { Access } from "../server.ts";
import { state } from "../terraform/state.ts";
import type { Release } from "./release.ts";

/** What the state of an environment's stack says that was delivered, to which server. */
export type Recorded = Record<string, string>;

/** Reads what a state says that was delivered; undefined: nothing, or not to its end. */
export function readRecorded(pulled: unknown): Recorded | undefined {
  const resources = state.safeParse(pulled).data?.resources ?? [];
  const found = resources.find(
    ({ type, name }) => type === "null_resource" && name === "deployment",
  );
  const [only, ...more] = found?.instances ?? [];
  if (only === undefined || more.length > 0 || only.status !== undefined) return undefined;
  return only.attributes?.triggers ?? undefined;
}

/** Asks what the state of an environment's stack says. */
export async function askRecorded(
  { terraform }: Pick<Access, "terraform">,
  environment: EnvironmentName,
): Promise<Recorded | undefined> {
  return readRecorded(await terraform.pull(environment));
}

/** Whether Terraform would find nothing to do for a release: these are all the triggers of its stack's one resource. */
export function isRecorded(
  recorded: Recorded | undefined,
  { server }: Pick<Access, "server">,
  { name: release, image }: Pick<Release, "name" | "image">,
): boolean {
  if (recorded === undefined || server.id === "") return false;
  const wanted = { server: server.id, image, release };
  return isDeepStrictEqual(recorded, wanted);
}
