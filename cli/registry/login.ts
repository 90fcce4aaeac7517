import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readPlain } from "../../config/plain-file.ts";
import { type Environment, homeOf } from "../environment.ts";
import { lastLine } from "../last-line.ts";
import { type DockerConfig, dockerConfig, placeOf } from "./docker-config.ts";
import { RegistryError } from "./reference.ts";
import type { Login } from "./session.ts";

/** Runs a credential helper, such as docker-credential-pass: what it is told, and what it answers. */
export type AskHelper = (
  program: string,
  args: string[],
  options: { input: string; codes: "any" },
) => Promise<{ code: number; stdout: string }>;

/** A login, or why there is none although Docker's configuration speaks of one. */
interface FoundLogin {
  login?: Login;
  problem?: string;
}

/** What a credential helper answers: a token stands where the user is called "<token>". */
const answer = z.object({ Username: z.string(), Secret: z.string().min(1) });

/** The directory in which Docker keeps its user's configuration. */
export function ownDirectory(environment: Environment): string {
  return environment.DOCKER_CONFIG || join(homeOf(environment), ".docker");
}

/**
 * A registry's login: from the first of the given config.json files that has one, or from the program that it names.
 * As Docker does, a program that does not work is passed over.
 *
 * @throws RegistryError when a file cannot be read
 */
export async function findLogin(
  registry: string,
  files: string[],
  ask: AskHelper,
): Promise<FoundLogin> {
  let problem: string | undefined;
  for (const file of files) {
    const place = placeOf(registry, readDockerConfig(file));
    if (place === undefined) continue;
    if ("login" in place) return place;
    try {
      const login = await askHelper(place.helper, place.server, ask);
      if (login !== undefined) return { login };
    } catch (error) {
      problem = `${file}: ${error instanceof Error ? error.message : error}`;
    }
  }
  return problem === undefined ? {} : { problem };
}

/**
 * Docker's configuration in a file; an empty one where there is none.
 *
 * @throws RegistryError when it is not in Docker's form
 */
export function readDockerConfig(file: string): DockerConfig {
  if (!existsSync(file)) return {};
  try {
    return dockerConfig.parse(JSON.parse(readPlain(file).toString() || "{}"));
  } catch (error) {
    const [issue] = error instanceof z.ZodError ? error.issues : [];
    const why = issue ? `${issue.path.join(".")} ${issue.message}` : (error as Error).message;
    throw new RegistryError(`${file} is not in Docker's form: ${why}`);
  }
}

async function askHelper(name: string, server: string, ask: AskHelper): Promise<Login | undefined> {
  const program = `docker-credential-${name}`;
  const { code, stdout } = await ask(program, ["get"], { input: server, codes: "any" });
  if (code !== 0) {
    if (/credentials not found/i.test(stdout)) return undefined; // it speaks on its standard output
    throw new Error(`${program} gives no login: ${lastLine(stdout) || code}`);
  }
  let said: z.infer<typeof answer>;
  try {
    said = answer.parse(JSON.parse(stdout));
  } catch {
    throw new Error(`${program} answers with something else than a login`);
  }
  if (said.Username === "<token>") return { identityToken: said.Secret };
  return { basic: Buffer.from(`${said.Username}:${said.Secret}`).toString("base64") };
}
