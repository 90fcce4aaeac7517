import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Knex } from "knex";
import { readConfig } from "../config.ts";
import { createDatabase } from "../database.ts";
import { createLog } from "../log.ts";
import { migrate } from "../migrator.ts";
import type { FieldError } from "../problem.ts";
import { createAppServer } from "../server.ts";
import type { Lifecycle } from "../shutdown.ts";
import type { Limits } from "../streams.ts";
import { createTestDatabase } from "./database.ts";

/** What a problem's answer holds. */
export interface ProblemBody {
  title: string;
  detail: string;
  requestId: string;
  errors?: FieldError[];
}

/** The answer's JSON, taken to be a `T`. */
export const json = async <T>(answer: Response): Promise<T> => (await answer.json()) as T;

export interface TestApp {
  /** Where it listens: host and port. */
  address: string;
  database: Knex;
  lifecycle: Lifecycle;
  /** The log's lines so far. */
  lines: Record<string, unknown>[];
  /** Requests a path; redirects are answers, not followed. */
  request: (path: string, init?: RequestInit) => Promise<Response>;
  /** Sends `body` as JSON. */
  post: (path: string, body: unknown) => Promise<Response>;
  close: () => Promise<void>;
}

/** The app in this process, on a free port, over `databaseUrl`. */
export async function serve(databaseUrl: string, limits: Limits = {}): Promise<TestApp> {
  const lines: TestApp["lines"] = [];
  const config = readConfig({
    DATABASE_URL: databaseUrl,
    LOG_LEVEL: "debug",
    ONEBOX_ENVIRONMENT: "test",
    ONEBOX_RELEASE: "test-1",
    ONEBOX_COMMIT: "0123abc",
  });
  const log = createLog(config, { write: (line) => void lines.push(JSON.parse(line)) });
  const database = createDatabase(config.databaseUrl, log);
  const lifecycle = { draining: false };
  const { server, streams } = createAppServer({ config, database, lifecycle, log, limits });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const request: TestApp["request"] = (path, init) =>
    fetch(`http://${address}${path}`, { redirect: "manual", ...init });
  return {
    address,
    database,
    lifecycle,
    lines,
    request,
    post: (path, body) =>
      request(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    close: async () => {
      streams.close();
      server.close();
      server.closeAllConnections();
      await database.destroy();
    },
  };
}

/** The app over a migrated database of its own, which goes with it. */
export async function serveMigrated(limits: Limits = {}): Promise<TestApp & { url: string }> {
  const { url, drop } = await createTestDatabase();
  await migrate(url);
  const app = await serve(url, limits);
  return {
    ...app,
    url,
    close: async () => {
      await app.close();
      await drop();
    },
  };
}
