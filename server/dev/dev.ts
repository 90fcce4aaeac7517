import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type Guarded, guardProgram } from "./guard.ts";
import { freePort } from "./port.ts";
import { type Postgres, query, startPostgres } from "./postgres.ts";
import { step } from "./steps.ts";

const server = join(import.meta.dirname, "..");

interface Options {
  /** The port to listen on, if it is free. */
  port: number;
  /** An existing database; else one is made. */
  databaseUrl: string | undefined;
}

/** The app, its database, and what starts the app again after a change. */
export class Dev {
  private readonly options: Options;
  private postgres: Promise<Postgres> | undefined;
  private app: Guarded | undefined;
  private ending = false;

  constructor(options: Options) {
    this.options = options;
  }

  /** Starts all of it and says where the app answers. Throws when there is no database to be had. */
  async start(): Promise<void> {
    console.error("Onebox dev");
    const url = await this.database();
    const port = await freePort(this.options.port);
    if (this.ending) return;
    const env = { SHUTDOWN_DELAY_MS: "0", ...process.env, HOST: "127.0.0.1", DATABASE_URL: url };
    this.app = guardProgram(
      [process.execPath, "--watch", "--watch-preserve-output", `--watch-path=${server}`].concat(
        join(server, "dev/app.ts"),
      ),
      { env: { ...env, PORT: String(port) }, show: true },
    );
    await this.ready(`http://127.0.0.1:${port}`, url);
  }

  private async database(): Promise<string> {
    const { databaseUrl } = this.options;
    const database = step("database");
    try {
      if (databaseUrl) {
        await query(databaseUrl, "select 1", 2000);
        database.done("DATABASE_URL");
        return databaseUrl;
      }
      this.postgres = startPostgres("onebox-dev", database.tell);
      const { note, url } = await this.postgres;
      if (!this.ending) database.done(note);
      return url;
    } catch (error) {
      database.failed();
      const { message, code } = error as { message?: string; code?: string };
      if (!databaseUrl) throw error;
      throw new Error(`the database of DATABASE_URL does not answer: ${message || code}`);
    }
  }

  /** Waits until the app answers; one that cannot yet has said why, and starts again when it is changed. */
  private async ready(url: string, databaseUrl: string): Promise<void> {
    const app = step("app");
    app.tell("waiting until it is ready");
    for (const end = Date.now() + 30_000; !this.ending; await sleep(50)) {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      if (answer?.ok) {
        if (this.postgres) await this.seed(databaseUrl);
        app.done(url);
        console.error("\nChange a file in server/ and it starts again. Ctrl-C ends it.\n");
        return;
      }
      if (Date.now() > end) {
        app.failed();
        console.error(
          `dev: ${url} is not ready; what the app said is above. Change it, and it starts again.`,
        );
        return;
      }
    }
  }

  private async seed(url: string): Promise<void> {
    const env = { ...process.env, DATABASE_URL: url };
    await promisify(execFile)(process.execPath, [join(server, "seed.ts")], { env });
  }

  /** Ends the app, then its database. */
  async stop(): Promise<void> {
    this.ending = true;
    await this.app?.stop();
    const postgres = await this.postgres?.catch(() => undefined); // it may be just starting
    await postgres?.stop();
  }
}
