import { Site } from "./site.ts";
import { Storage } from "./storage.ts";

/** What a file's tests share, between begin and end. */
export let storage: Storage;
export let site: Site;

/** @param more further lines of the Dockerfile of the database's image; it has a default, or Mocha would give it a callback */
export async function begin(more = ""): Promise<void> {
  storage = new Storage();
  await storage.start();
  site = new Site(storage, more);
  await site.start();
}

export function end(): void {
  site?.remove();
  storage?.remove();
}
