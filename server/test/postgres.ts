import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

// The container lives as long as its standard input is open: it also goes when the tests are
// killed. --rm takes the rest away.
const command = "docker-entrypoint.sh postgres -c fsync=off & cat; kill $!; wait";

/** A Postgres in a container of its own, or the one that TEST_DATABASE_URL names. */
export async function startPostgres(): Promise<{ url: string; stop: () => Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };

  const name = `onebox-test-${randomBytes(4).toString("hex")}`;
  const options = ["--rm", "--interactive", "--name", name, "--publish", "127.0.0.1::5432"];
  const settings = [
    "--env",
    "POSTGRES_HOST_AUTH_METHOD=trust",
    "--tmpfs",
    "/var/lib/postgresql/data",
  ];
  const image = ["--entrypoint", "sh", "postgres:17.11-trixie", "-c", command];
  const container = spawn("docker", ["run", ...options, ...settings, ...image], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  container.stdout.on("data", (data) => (output += data));
  container.stderr.on("data", (data) => (output += data));
  const ended = new Promise<void>((resolve) => container.once("close", () => resolve()));
  const stop = async () => {
    container.stdin.end();
    await ended;
  };
  try {
    return { url: await reachable(container, name), stop };
  } catch (error) {
    await stop();
    throw new Error(`Postgres did not start:\n${output}`, { cause: error });
  }
}

async function reachable(container: ChildProcess, name: string): Promise<string> {
  for (const end = Date.now() + 30_000; ; await sleep(100)) {
    try {
      const address = execFileSync("docker", ["port", name, "5432/tcp"], { stdio: "pipe" });
      const url = `postgres://postgres@${address.toString().trim()}/postgres`;
      await query(url, "select 1");
      return url;
    } catch (error) {
      if (container.exitCode !== null || Date.now() > end) throw error;
    }
  }
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  try {
    await client.connect();
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
