import { type Identity, loadIdentity } from "../identity.ts";

/** The control endpoint does not do what was asked; the message is for people. */
export class ControlError extends Error {}

/** Talks to the control endpoint of the cloud whose data are in `directory`. */
export function createControlClient(directory: string) {
  const identity: Identity | null = loadIdentity(directory);
  if (identity === null) throw new ControlError("there is no local cloud: scripts/cloud.sh start");
  const base = identity.endpoint.replace(/\/v1$/, "/control");
  return async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(base + path, {
      method,
      headers: { Authorization: `Bearer ${identity.control_token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause) => {
      const message = "the local cloud is not running: scripts/cloud.sh start";
      throw new ControlError(message, { cause });
    });
    if (answer.status === 204) return null;
    const { error, ...rest } = (await answer.json()) as { error?: { message: string } };
    if (error !== undefined) throw new ControlError(error.message);
    return rest;
  };
}

export type ControlClient = ReturnType<typeof createControlClient>;
