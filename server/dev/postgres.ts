import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { startContainer } from "./container.ts";
import type { Guarded } from "./guard.ts";
import { freePort } from "./port.ts";
import { startProgram } from "./program.ts";

/** A Postgres of this process's own: empty at first, gone with the process. */
export interface Postgres {
  url: string;
  /** What it is, for people. */
  note: string;
  stop: () => Promise<void>;
}

/** What a way of starting Postgres gives: where it will answer, once it does. */
export interface Started extends Guarded {
  /** Throws while it cannot be known yet. */
  url: () => string;
  note: string;
}

/**
 * Starts Postgres in a container or, where Docker or its image is not to be had, from Debian's package,
 * and waits until it answers, for three minutes at most. `tell` hears what takes time; the container's name begins with
 * `prefix`.
 */
export async function startPostgres(
  prefix: string,
  tell: (text: string) => void = () => {},
): Promise<Postgres> {
  const name = `${prefix}-${randomBytes(4).toString("hex")}`;
  const started = (await startContainer(name, tell)) ?? startProgram(await freePort());
  if (started === undefined) {
    throw new Error(
      "no Postgres: Docker does not answer or has no such image, and none is installed; " +
        "start Docker, or run apt-get install postgresql, or set DATABASE_URL",
    );
  }
  tell("waiting for Postgres");
  try {
    return { url: await reachable(started), note: started.note, stop: started.stop };
  } catch (error) {
    await started.stop();
    throw new Error(`Postgres did not start: ${lastLine(started.output())}`, { cause: error });
  }
}

async function reachable({ child, url }: Started): Promise<string> {
  for (const end = Date.now() + 180_000; ; await sleep(100)) {
    try {
      const found = url();
      await query(found, "select 1", 10_000);
      return found;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > end) throw error;
    }
  }
}

const lastLine = (text: string) => text.trim().split("\n").at(-1) || "it said nothing";

/** Runs one statement on a connection of its own, which is waited for as long as `patience` says (ms). */
export async function query(url: string, sql: string, patience = 60_000): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: patience });
  try {
    await client.connect();
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
