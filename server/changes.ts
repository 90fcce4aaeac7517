import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "pino";

interface Options {
  channel: string;
  /** Called at each change, whichever process made it, and once when what came before may be missed. */
  changed: () => void;
  log: Logger;
}

/** Listens to what Postgres notifies, on a session of its own, until the returned function is called. */
export function listen(url: string, { channel, changed, log }: Options): () => void {
  const stop = new AbortController();
  const { signal } = stop;

  const follow = async () => {
    const session = new pg.Client({
      connectionString: url,
      application_name: "server changes",
      connectionTimeoutMillis: 3000,
      query_timeout: 5000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    session.on("error", () => {}); // `once` below throws it
    session.on("notification", changed);
    try {
      await session.connect();
      await session.query(`listen ${channel}`);
      changed();
      await once(session, "end", { signal });
    } finally {
      await session.end();
    }
  };

  const keepFollowing = async () => {
    while (!signal.aborted) {
      await follow().catch((error: unknown) => {
        if (!signal.aborted) log.warn({ err: error }, "cannot listen for changes; trying again");
      });
      await sleep(1000, undefined, { ref: false });
    }
  };
  void keepFollowing();
  return () => stop.abort();
}
