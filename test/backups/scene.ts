import { Site } from "./site.ts";
import { Storage } from "./storage.ts";

/** What a file's tests share, between begin and end. */
export let storage: Storage;
export let site: Site;

export async function begin(): Promise<void> {
  storage = new Storage();
  await storage.start();
  site = new Site(storage);
  await site.start();
}

export function end(): void {
  site?.remove();
  storage?.remove();
}
