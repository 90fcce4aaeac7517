import { join } from "node:path";
import { Processes } from "../cli/processes.ts";
import { findLogin, ownDirectory } from "../cli/registry/login.ts";
import type { Login } from "../cli/registry/session.ts";

/** A registry's login, for programs that scripts start: from the given config.json, else from Docker's own. */
export async function loginOf(
  registry: string,
  file: string | undefined,
): Promise<Login | undefined> {
  const own = join(ownDirectory(process.env), "config.json");
  const processes = new Processes(process.env);
  const files = file === undefined ? [own] : [file, own];
  const { login } = await findLogin(registry, files, (...words) => processes.run(...words));
  return login;
}
