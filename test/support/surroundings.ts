import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a script is called in. */
export interface Surroundings {
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** What stands before the script's name, in a shell. */
  shell?: string;
}

/** What a script did. */
export interface Called {
  code: number;
  stdout: string;
  stderr: string;
}

/** Calls a script in surroundings, without a terminal. */
export function callIn(
  { env, cwd = "/", shell = "" }: Surroundings,
  script: string,
  ...args: string[]
): Promise<Called> {
  const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 26 };
  return new Promise((resolve) => {
    const child = execFile(
      "sh",
      ["-c", `${shell}exec "$0" "$@"`, script, ...args],
      options,
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** Writes the files that some surroundings need. */
export function prepareSurroundings(directory: string): void {
  for (const name of ["a b", "home"]) mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, "startup"), "echo printed by a startup file; cd /\n");
  const curl = `proxy = "${dead}"\nfail-early\nverbose\n`;
  writeFileSync(join(directory, "home/.curlrc"), curl);
}

/** Where nobody answers. */
const dead = "http://127.0.0.1:9";

/**
 * What a caller's environment may be like, by name; none of it may make a difference.
 *
 * @param directory has what prepareSurroundings writes
 */
export function surroundings(directory: string): Record<string, Surroundings> {
  const startup = join(directory, "startup");
  const { HOME, XDG_CACHE_HOME = `${HOME}/.cache` } = process.env;
  return {
    "a CDPATH with which cd prints": { env: { CDPATH: `/:${directory}` } },
    "NODE_ENV=production": { env: { NODE_ENV: "production" } },
    "npm_config_omit=dev": { env: { npm_config_omit: "dev" } },
    "a NODE_OPTIONS that ends Node": { env: { NODE_OPTIONS: "--require=/nowhere.js" } },
    TF_WORKSPACE: { env: { TF_WORKSPACE: "elsewhere" } },
    TF_CLI_ARGS: { env: { TF_CLI_ARGS: "-no-such-option", TF_CLI_ARGS_plan: "-destroy" } },
    TF_LOG: { env: { TF_LOG: "trace" } },
    TF_VAR: { env: { TF_VAR_address: "192.0.2.1" } },
    AWS_PROFILE: { env: { AWS_PROFILE: "nobody" } },
    AWS_SESSION_TOKEN: { env: { AWS_SESSION_TOKEN: "none" } },
    "GIT_DIR of another repository": { env: { GIT_DIR: "/nowhere", GIT_WORK_TREE: "/" } },
    GIT_INDEX_FILE: { env: { GIT_INDEX_FILE: "/nowhere/index" } },
    COMPOSE_PROJECT_NAME: { env: { COMPOSE_PROJECT_NAME: "other" } },
    COMPOSE_FILE: { env: { COMPOSE_FILE: "/nowhere.yml" } },
    "a proxy that is dead": {
      env: { http_proxy: dead, HTTP_PROXY: dead },
    },
    "a BASH_ENV that prints": { env: { BASH_ENV: startup } },
    "an ENV that prints": { env: { ENV: startup } },
    POSIXLY_CORRECT: { env: { POSIXLY_CORRECT: "1" } },
    TAR_OPTIONS: { env: { TAR_OPTIONS: "--exclude=*" } },
    "a .curlrc": { env: { HOME: join(directory, "home"), XDG_CACHE_HOME } },
    "numbers with a comma": { env: { LC_ALL: "de_DE.UTF-8", LC_NUMERIC: "de_DE.UTF-8" } },
    "another language": { env: { LANG: "de_DE.UTF-8", LANGUAGE: "de" } },
    "no HOME": { env: { HOME: undefined } },
    "an empty HOME": { env: { HOME: "" } },
    "a TMPDIR with a space": { env: { TMPDIR: join(directory, "a b") } },
    "umask 000": { shell: "umask 000; " },
    "umask 077": { shell: "umask 077; " },
  };
}

/** All of them at once; where two say something of the same thing, the later one. */
export function allOf(some: Record<string, Surroundings>): Surroundings {
  const list = Object.values(some);
  const shell = list.map((each) => each.shell ?? "").join("");
  return { shell, env: Object.assign({}, ...list.map(({ env }) => env)) };
}
