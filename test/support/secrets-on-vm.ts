import { gzipSync } from "node:zlib";

/** Where an environment's secrets may rest on the VM. */
const allowed = [
  /^\/opt\/onebox\/env\/(stage|prod)\/releases\/[^/]+\/(environment|config)\.json$/,
  /^\/var\/lib\/docker\/containers\/[^/]+\/config\.v2\.json$/,
  /^\/tmp\/runc-process[0-9]+$/, // what a health check is started with, for a moment
  /^\/(run|var\/lib)\/containerd\/.*\/(config\.json|meta\.db)$/,
];

/**
 * A shell's beginning after which "$p" is a file with what is looked for, until the shell ends. It is
 * compressed, so that the shell's own command line does not hold it in base64.
 */
const patterns = (secrets: string[]) =>
  `p=$(mktemp -p /run); trap 'rm -f "$p"' EXIT; base64 -d <<<'${gzipSync(secrets.join("\n")).toString("base64")}' | gunzip >"$p"`;

/**
 * The files on the VM that hold a secret.
 *
 * @param places below which they are looked for
 * @returns all of them, and those that may not
 */
export async function filesWithSecrets(
  onVm: (shell: string) => Promise<string>,
  secrets: string[],
  places = ["/"],
): Promise<{ all: string[]; unexpected: string[] }> {
  const found = await onVm(`${patterns(secrets)}
    grep -rlF -f "$p" --exclude-dir=proc --exclude-dir=sys --exclude-dir=dev --exclude-dir=overlay2 --exclude="\${p##*/}" ${places.join(" ")} 2>/dev/null | sort || true`);
  const all = found.split("\n").filter(Boolean);
  return { all, unexpected: all.filter((file) => !allowed.some((one) => one.test(file))) };
}

/** All that Docker tells of a container but its environment, where the app's secrets are. */
const told = [
  ...["Config.Labels", "Config.Cmd", "Config.Entrypoint", "Config.Healthcheck", "Path", "Args"],
  ...["HostConfig", "Mounts", "NetworkSettings", "State"],
];

/** What else on the VM tells a secret: Docker's records, the journal and command lines; each by its kind and name. */
export async function tellsSecrets(
  onVm: (shell: string) => Promise<string>,
  secrets: string[],
): Promise<string[]> {
  const container = told.map((field) => `{{json .${field}}}`).join(" ");
  const said = await onVm(`${patterns(secrets)}
    each() { sort -u | xargs -r "$@"; }
    {
      docker ps -aq | each docker inspect --format 'container {{.Name}} ${container}'
      docker images -q | each docker image inspect --format 'image {{.Id}} {{json .}}'
      docker images -q | each -n 1 docker history --no-trunc --format 'history {{.ID}} {{json .}}'
      docker network ls -q | each docker network inspect --format 'network {{.Name}} {{json .}}'
      docker volume ls -q | each docker volume inspect --format 'volume {{.Name}} {{json .}}'
      ps axww -o pid=,args= | sed 's/^ */process /'
      journalctl -q -b -o short-unix --no-hostname | sed 's/^/journal /'
    } 2>/dev/null | grep -aF -f "$p" | cut -d ' ' -f 1,2 | sort -u || true`);
  return said.split("\n").filter(Boolean);
}

/** Who is logged in to the VM by SSH, and agents that hold keys there. */
export const openOnVm = `ss -Htn state established '( sport = :22 )' | sed 's/^/connection /'
ps axww -o args= | grep -E '^(\\S*/)?(ssh|gpg)-agent' | sed 's/^/agent /' || true`;
