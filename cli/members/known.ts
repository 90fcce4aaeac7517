import { RELEASE_KEYS, type ReleaseKey } from "../../config/release-keys.ts";

/** What scripts/rotate.sh exchanges itself, by the keys of .env; "all" is all of these. */
const ours = ["DEPLOY_KEY", "HOST_CA_KEY", "HASH_SALT", "WEBHOOK_SECRET"];
/** The same in stage's and prod's files: once the app has another login, the first password is good for nothing. */
const databases = ["DATABASE_URL", "POSTGRES_PASSWORD"];
/** What it exchanges for one that was made at the registry, with the word for it. */
const registry: Record<string, string> = {
  REGISTRY_PULL_TOKEN: "registry",
  REGISTRY_PASSWORD: "registry-push",
};
/** They are no secrets without what stands beside them. */
const users = ["REGISTRY_PULL_USER", "REGISTRY_USER"];
/** What is stored can be read with nothing else. */
const kept = "BACKUP_KEY";

const isOurs = (file: string, key: string) =>
  file === ".env" ? ours.includes(key) : file !== ".env.preview" && databases.includes(key);

/** What somebody who could read these files knows, as the lines that say what to do about it. */
export function whatToRotate(files: Record<string, string[]>): string[] {
  const known = Object.entries(files);
  const all = known.flatMap(([file, keys]) => keys.filter((key) => isOurs(file, key)));
  const lines =
    all.length > 0 ? [`scripts/rotate.sh all    # ${[...new Set(all)].join(", ")}`] : [];
  for (const key of files[".env"] ?? []) {
    const word = registry[key];
    if (word !== undefined)
      lines.push(`scripts/rotate.sh ${word}    # ${key}: make the new one at the registry first`);
  }
  for (const [file, keys] of known) {
    const mended = (key: string) =>
      file === ".env" && (key in registry || [...users, kept].includes(key));
    const others = keys.filter((key) => !isOurs(file, key) && !mended(key));
    if (others.length === 0) continue;
    lines.push(
      `scripts/secrets.sh edit ${file}    # ${others.join(", ")}: made anew where they come from`,
    );
  }
  if (files[".env"]?.includes(kept))
    lines.push(`# ${kept} stays: nothing that is stored could be read with another one`);
  return lines;
}

/**
 * What is left of release keys when a member has gone, as lines: encrypting anew takes none of them back.
 *
 * @param member as gpg names them, "Ann <ann@example.com>"
 */
export function releaseKeysLeft(member: string, keys: Pick<ReleaseKey, "name">[]): string[] {
  const email = /<([^>]*)>$/.exec(member)?.[1] ?? member;
  const isTheirs = ({ name }: Pick<ReleaseKey, "name">) =>
    name.toLowerCase() === email.toLowerCase();
  const theirs = keys.filter(isTheirs);
  const others = keys.filter((key) => !isTheirs(key));
  const lines = theirs.map(({ name }) => `${RELEASE_KEYS} still lets in their key ${name}`);
  if (others.length > 0) {
    const names = others.map(({ name }) => name).join(", ");
    lines.push(`${RELEASE_KEYS} lets in others, whose private half they may have: ${names}`);
  }
  if (lines.length > 0)
    lines.push("remove the line of each key that they have, commit, then scripts/deploy.sh stage");
  return lines;
}
