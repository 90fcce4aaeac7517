import { existsSync, globSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { guardProgram } from "./guard.ts";
import type { Started } from "./postgres.ts";

const settings = "listen_addresses=127.0.0.1 unix_socket_directories= fsync=off";

// initdb and Postgres refuse to run as root; Debian's package has made a user for them.
const command = `
if [ "$(id -u)" = 0 ]; then chown postgres "$DATA" && as="setpriv --reuid postgres --regid postgres --clear-groups"; fi
$as "$BIN/initdb" -A trust -U postgres -N --no-instructions -D "$DATA/data" &&
exec $as "$BIN/postgres" -D "$DATA/data" -p "$PORT"${settings.replaceAll(/\S+/g, "-c $&").replace(/^/, " ")}`;

// To the whole group: initdb may still be at work. The shell itself goes on, to clear away.
const end = 'trap : INT; kill -INT 0; wait; rm -rf "$DATA"';

/** Starts the Postgres that is installed here, on `port`; undefined where there is none. */
export function startProgram(port: number): Started | undefined {
  const programs = directories().find((path) => existsSync(join(path, "initdb")));
  if (programs === undefined) return undefined;
  const data = mkdtempSync(join(tmpdir(), "onebox-postgres-"));
  const env = { ...process.env, BIN: programs, DATA: data, PORT: String(port), LC_ALL: "C.UTF-8" };
  return {
    ...guardProgram(["sh", "-c", command], { env, end }),
    note: `${programs}/postgres`,
    url: () => `postgres://postgres@127.0.0.1:${port}/postgres`,
  };
}

/** Where it may be: Debian's place, the newest first, which is not on the PATH; then the PATH. */
function directories(): string[] {
  const version = (path: string) => Number(basename(dirname(path)));
  const debian = globSync("/usr/lib/postgresql/*/bin").sort((a, b) => version(b) - version(a));
  return [...debian, ...(process.env.PATH ?? "").split(delimiter)];
}
