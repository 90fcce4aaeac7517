import { type Identity, loadIdentity } from "../identity.ts";

/** The control endpoint does not do what was asked; the message is for people. */
export class ControlError extends Error {}

/** Nobody answers for the cloud. */
export class NotRunning extends ControlError {}

/** What `cloud.json` in a directory says; throws NotRunning when there is none. */
export function identityOf(directory: string): Identity {
  const identity = read(directory);
  if (identity === null) throw new NotRunning("there is no local cloud");
  return identity;
}

function read(directory: string): Identity | null {
  try {
    return loadIdentity(directory);
  } catch (cause) {
    throw new ControlError(`cloud.json in ${directory} cannot be read`, { cause });
  }
}

/** Asks a cloud; throws NotRunning when nobody answers. */
export const ask = (url: string, request: RequestInit): Promise<Response> =>
  fetch(url, request).catch((cause) => {
    throw new NotRunning("the local cloud is not running", { cause });
  });

/** Talks to the control endpoint of the cloud whose data are in `directory`. */
export function createControlClient(directory: string) {
  const identity = identityOf(directory);
  const base = identity.endpoint.replace(/\/v1$/, "/control");
  return async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await ask(base + path, {
      method,
      headers: { Authorization: `Bearer ${identity.control_token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.status === 204) return null;
    const { error, ...rest } = (await answer.json()) as { error?: { message: string } };
    if (error !== undefined) throw new ControlError(error.message);
    return rest;
  };
}

export type ControlClient = ReturnType<typeof createControlClient>;
