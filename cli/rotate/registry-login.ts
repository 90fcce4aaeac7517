import { join } from "node:path";
import type { RegistryLogin } from "../../config/secrets.ts";
import { ask } from "../ask.ts";
import { RefusedError } from "../errors.ts";
import { releaseIn } from "../release/release.ts";
import type { VmAccess } from "../server.ts";
import type { Session } from "../session.ts";
import { keepValue } from "./keep.ts";
import { canPull, canPush, exchangePullLogin, loginOf } from "./registry.ts";

/** What .env calls the parts of a login, and the file that it is decrypted to. */
const logins = {
  pull: { user: "REGISTRY_PULL_USER", password: "REGISTRY_PULL_TOKEN", file: "pull" },
  push: { user: "REGISTRY_USER", password: "REGISTRY_PASSWORD", file: "docker" },
} as const;

/**
 * Exchanges a login for one that the user has made at the registry, and is asked for.
 *
 * @returns what the user has to do then
 */
export async function exchangeRegistryLogin(
  session: Session,
  { project, vm }: VmAccess,
  which: keyof typeof logins,
): Promise<string> {
  const keys = logins[which];
  const { repository } = project.cloud;
  const [place = ""] = repository.split("/");
  const old = loginOf(join(session.secrets, keys.file, "config.json"), repository);
  if (project.config.registry === "none" || old === undefined)
    throw new RefusedError(`.env has no ${keys.user}: there is nothing to rotate`);
  const served = (await vm.slots()).find(({ role }) => role === "serving");
  if (served === undefined) throw new RefusedError("nothing is served yet to try it with");
  const { image, commit } = releaseIn(served);
  const question = `the new ${keys.password} of ${old.user}, as ${place} gives it (or USER:TOKEN); leave the old one good: `;
  const login = readLogin(await ask(question, session.invocation.stderr), old);
  return session.steps.run(which === "pull" ? "registry" : "registry-push", async (step) => {
    step.progress("trying the new one");
    const good = which === "pull" ? canPull(image, login) : canPush({ image, commit }, login);
    if (!(await good))
      throw new RefusedError(`${place} refuses it; nothing was touched, and the old one is in use`);
    if (which === "pull") await exchangePullLogin(vm, { repository, image }, login);
    step.progress("encrypting it");
    if (login.user !== old.user) await keepValue(session, project, keys.user, login.user);
    await keepValue(session, project, keys.password, login.password);
    if (await canPull(image, old)) {
      step.note = "in use; the old one is good still";
      return `take the old one back at ${place}`;
    }
    step.note = `${place} refuses the old one`;
    return "the next deploys of stage and prod start their apps anew";
  });
}

/** What was answered; a registry may give each token a user of its own. */
export function readLogin(
  answer: string | undefined,
  { user, password }: RegistryLogin,
): RegistryLogin {
  const [, named = user, token = ""] = /^(?:([^:\s]+):)?([!-~]+)$/.exec(answer?.trim() ?? "") ?? [];
  if (token === "") throw new RefusedError("no new one was given; nothing was touched");
  if (token === password) throw new RefusedError("that is the old one; nothing was touched");
  return { user: named, password: token };
}
