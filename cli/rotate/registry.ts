import type { RegistryLogin } from "../../config/secrets.ts";
import { FailedError, RefusedError } from "../errors.ts";
import { lastLine } from "../last-line.ts";
import { placeOf, registryConfig } from "../registry/docker-config.ts";
import { readDockerConfig } from "../registry/login.ts";
import { parseReference, RegistryError } from "../registry/reference.ts";
import { RegistrySession } from "../registry/session.ts";
import type { Vm } from "../vm/vm.ts";

/** An image that the registry has: what serves. */
export interface Known {
  image: string;
  commit: string;
}

const basic = ({ user, password }: RegistryLogin) => ({
  basic: Buffer.from(`${user}:${password}`).toString("base64"),
});

/** Whether the registry shows an image to a login. */
export async function canPull(image: string, login: RegistryLogin): Promise<boolean> {
  const reference = parseReference(image);
  try {
    await new RegistrySession(reference, basic(login)).manifest(reference.tag);
    return true;
  } catch (error) {
    if (error instanceof RegistryError && error.kind === "refused") return false;
    if (error instanceof RegistryError) throw new FailedError(error.message, { cause: error });
    throw error;
  }
}

/** Whether a login may push: what serves is pushed once more, under the tag that it has. */
export async function canPush({ image, commit }: Known, login: RegistryLogin): Promise<boolean> {
  if (!(await canPull(image, login))) return false;
  if (!/^[0-9a-f]{40}$/.test(commit)) return true; // it has no tag of its own
  const reference = parseReference(image);
  const { mediaType, text } = await new RegistrySession(reference, basic(login)).manifest(
    reference.tag,
  );
  try {
    await new RegistrySession(reference, basic(login)).putManifest(commit, mediaType, text);
    return true;
  } catch (error) {
    if (error instanceof RegistryError) return false;
    throw error;
  }
}

/**
 * Has the VM pull with another login: it is tried there, then every release's file has it, so a rollback and the
 * webhook deployer do too.
 *
 * @param repository whose registry it is
 */
export async function exchangePullLogin(
  vm: Pick<Vm, "run">,
  { repository, image }: { repository: string; image: string },
  login: RegistryLogin,
): Promise<void> {
  parseReference(image); // nothing else gets into a command
  const input = JSON.stringify(registryConfig(repository, login));
  const attempt = `set -eu; umask 077; d=$(mktemp -d); trap 'rm -rf "$d"' EXIT; cat >"$d/config.json"; DOCKER_CONFIG=$d timeout 300 docker pull -q ${image}`;
  const { code, stderr } = await vm.run(attempt, { input, codes: "any" });
  if (code !== 0) throw new RefusedError(`the VM cannot pull with it: ${lastLine(stderr)}`);
  const put = `set -eu; umask 077; new=$(mktemp); trap 'rm -f "$new"' EXIT; cat >"$new"
for file in /opt/onebox/env/*/releases/*/config.json /opt/onebox/webhook/config.json; do
  if [ -e "$file" ]; then cp "$new" "$file.new"; mv "$file.new" "$file"; fi
done`;
  await vm.run(put, { input });
}

/** The login of a repository's registry in a file of Docker's form; undefined: there is none. */
export function loginOf(file: string, repository: string): RegistryLogin | undefined {
  const place = placeOf(repository.split("/")[0] ?? "", readDockerConfig(file));
  if (place === undefined || !("login" in place) || !("basic" in place.login)) return undefined;
  const [user = "", ...password] = Buffer.from(place.login.basic, "base64").toString().split(":");
  return { user, password: password.join(":") };
}
