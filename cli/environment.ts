import { userInfo } from "node:os";
import { join } from "node:path";

export type Environment = Record<string, string | undefined>;

/**
 * What a caller's environment must not change: where git looks (git rev-parse --local-env-vars), what Terraform, Docker
 * Compose and the S3 client do, how shells and tools read their arguments.
 */
const strange = [
  /^(CDPATH|BASH_ENV|ENV|POSIXLY_CORRECT|SHELLOPTS|BASHOPTS|GLOBIGNORE|IFS)$/,
  /^BASH_FUNC_/,
  /^(NODE_ENV|NODE_OPTIONS|NODE_PATH)$/,
  /^npm_(config|lifecycle|package)_/i,
  /^GIT_(DIR|WORK_TREE|IMPLICIT_WORK_TREE|COMMON_DIR|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|NAMESPACE|PREFIX|GRAFT_FILE|SHALLOW_FILE|REPLACE_REF_BASE|NO_REPLACE_OBJECTS|CEILING_DIRECTORIES|EXTERNAL_DIFF|ATTR_SOURCE|(LITERAL|GLOB|NOGLOB|ICASE)_PATHSPECS)$/,
  /^TF_(?!PLUGIN_CACHE_DIR$|TOKEN_)/,
  /^AWS_(?!CA_BUNDLE$)/,
  /^(HCLOUD|HETZNER)_/,
  /^COMPOSE_/,
  /^(TAR|GREP|GZIP|UNZIP|ZIP|XARGS)_?(OPTIONS|OPT|DEFAULTS)?$/,
  /^(CURL_HOME|SSH_ASKPASS)$/,
  /^ONEBOX_(SECRETS|LOG|PROGRAM)$/,
  /^ONEBOX_(RELEASE|SIGNING)_KEY$/, // no program needs them
];

/**
 * The environment that programs get: the caller's, without what would make them do something else, with a home and
 * with the language and the numbers that their output is read in.
 */
export function cleanEnvironment(own: Environment): Environment {
  const kept = Object.entries(own).filter(([name]) => !strange.some((form) => form.test(name)));
  return { ...Object.fromEntries(kept), HOME: homeOf(own), LC_ALL: "C" };
}

/** The user's home, as a shell has it: the system knows where HOME says nothing. */
export function homeOf({ HOME }: Environment): string {
  if (HOME) return HOME;
  try {
    return userInfo().homedir; // os.homedir() would say nothing, too
  } catch {
    return "/"; // a user whom the system has no name for
  }
}

/** Where Onebox keeps what it has downloaded or built. */
export function cacheDirectory(environment: Environment): string {
  return join(environment.XDG_CACHE_HOME || join(homeOf(environment), ".cache"), "onebox");
}
