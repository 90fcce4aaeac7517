import { FIRST_PROJECT } from "../store/store.ts";
import type { Tokens } from "../tokens.ts";

/** Asks the API of a project as the emulator itself: no fault strikes, nothing is counted. */
export type BackDoor = (
  project: string | undefined,
  method: string,
  path: string,
  body?: unknown,
) => Promise<Response>;

export function createBackDoor(tokens: Tokens, endpoint: () => string): BackDoor {
  const keys = new Map<string, string>();
  return (project = FIRST_PROJECT, method, path, body) => {
    const token = keys.get(project) ?? tokens.internal(project);
    keys.set(project, token);
    return fetch(endpoint() + path, {
      method,
      headers: { Authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
}
