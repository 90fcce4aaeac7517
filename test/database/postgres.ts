import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { label } from "../support/label.ts";

const execute = promisify(execFile);

/** The password that its role "app" begins with. */
export const password = "s3cret";

/** A Postgres as an environment begins with. */
export interface Postgres {
  /** Runs SQL by the network, as the app does. */
  visit: (role: string, sql: string, secret?: string) => Promise<string>;
  /** Keeps what is in it for `restore`. */
  save: () => Promise<void>;
  /** Starts it anew with what was kept: quicker than another one. */
  restore: () => Promise<void>;
  remove: () => void;
}

/** Takes back what was kept; keeps what is there when it was told to end. */
const begin = `if [ -d /kept ]; then rm -rf "$PGDATA"/* && cp -a /kept/. "$PGDATA"
elif [ -e "$PGDATA/PG_VERSION" ]; then cp -a "$PGDATA" /kept; fi
exec docker-entrypoint.sh postgres`;

/** Starts one, and waits until it answers. */
export async function startPostgres(container: string): Promise<Postgres> {
  const visit: Postgres["visit"] = async (role, sql, secret = password) => {
    const url = `postgres://${role}:${secret}@$(hostname -i):5432/app`;
    const psql = `psql "${url}" -v ON_ERROR_STOP=1 -qAtX -f -`;
    const child = execute("docker", ["exec", "-i", container, "sh", "-c", psql]);
    child.child.stdin?.end(sql);
    return (await child).stdout.trim();
  };
  const settings = { POSTGRES_USER: "app", POSTGRES_DB: "app", POSTGRES_PASSWORD: password };
  const env = Object.entries(settings).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  const docker = (...args: string[]) => void execFileSync("docker", args, { stdio: "pipe" });
  const ready = async () => {
    // While it makes its files it listens on no address.
    const answers = "pg_isready -q -h $(hostname -i)";
    const wait = `for _ in $(seq 1200); do ${answers} && exit; sleep 0.05; done; exit 1`;
    await execute("docker", ["exec", container, "sh", "-c", wait]);
  };
  const again = (seconds: string) => {
    docker("restart", "--time", seconds, container);
    return ready();
  };
  const run = ["run", "--detach", ...label(), "--name", container, ...env, "--entrypoint", "sh"];
  docker(...run, "postgres:17.11-trixie", "-c", begin);
  await ready();
  return {
    visit,
    save: () => again("60"),
    restore: () => again("0"),
    remove: () => docker("rm", "--force", "--volumes", container),
  };
}
