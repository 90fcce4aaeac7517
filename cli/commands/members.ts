import type { Command } from "commander";
import { readReleaseKeys } from "../../config/release-keys.ts";
import { readEnv } from "../env/read.ts";
import { RefusedError } from "../errors.ts";
import { Git } from "../git/git.ts";
import { addMember, removeMember } from "../members/change.ts";
import { releaseKeysLeft, whatToRotate } from "../members/known.ts";
import { listMembers, type Member } from "../members/members.ts";
import { parseWord } from "../options.ts";
import { plainText } from "../plain-text.ts";
import { loadProject } from "../project.ts";
import { SecretsError } from "../secrets/error.ts";
import { practiceKeyring } from "../secrets/private-directory.ts";
import { SecretStore } from "../secrets/store.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import { renderTable } from "../table.ts";
import { nameOf } from "./secrets.ts";

const actions = ["list", "add", "remove"] as const;
type Action = (typeof actions)[number];

interface Options extends CommonOptions {
  only?: string[];
}

const notes = `
  list    shows who can read which file, as the files are now, and since which day
  add     lets somebody read all files, or those of --only, by a key of your own keyring
  remove  encrypts them anew for everybody else, and says what to rotate: what was read stays known

Exit codes: 0 done; 2 something is wrong, and nothing was changed (docs/secrets.md).`;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("list | add EMAIL [--only FILE...] | remove EMAIL [--only FILE...]")
    .argument("[action]", "list, add or remove")
    .argument("[email]", "whose key, or its fingerprint")
    .option("--only <FILE...>", ".env, stage, prod or preview: other files stay as they are")
    .addHelpText("after", notes)
    .action((word: string | undefined, email: string | undefined, options: Options) => {
      const action = parseAction(word, email, options);
      return withSession(invocation, options, async (session) => {
        try {
          await members(session, action, email ?? "", options.only);
        } catch (error) {
          if (error instanceof SecretsError)
            throw new RefusedError(error.message, { cause: error });
          throw error;
        }
      });
    });
}

function parseAction(
  word: string | undefined,
  email: string | undefined,
  { only }: Options,
): Action {
  const action = parseWord(word, actions, { kind: "action", ask: "say what to do:" });
  if (action === "list" && email !== undefined) throw new RefusedError("list takes no email");
  if (action === "list" && only !== undefined) throw new RefusedError("list takes no --only");
  if (action !== "list" && !email) throw new RefusedError(`${action} needs an email`);
  return action;
}

/** The files that are meant, of those that are there. */
function filesOf(only: string[] | undefined, known: string[]): string[] {
  const names = only?.map((word) => nameOf(word, known)) ?? known;
  const missing = names.find((name) => !known.includes(name));
  if (missing === undefined) return names;
  throw new RefusedError(`there is no ${missing} yet; run: scripts/secrets.sh edit ${missing}`);
}

async function members(
  session: Session,
  action: Action,
  email: string,
  only: string[] | undefined,
): Promise<void> {
  const { root, processes, scratch, secrets } = session;
  const store = new SecretStore(root, await practiceKeyring(root, secrets));
  const git = new Git(root, processes);
  const found = await listMembers(store, git, scratch);
  if (action === "list") {
    session.print(renderMembers(found));
    return;
  }
  const files = filesOf(only, store.names());
  const { config } = await loadProject(root, session.configFile);
  if (action === "add") {
    session.print(await addMember(email, files, store, config, session));
    return;
  }
  const gone = memberBy(found, email);
  const releaseKeys = readReleaseKeys(root);
  const names: Record<string, string[]> = {};
  for (const file of gone.files.filter((name) => files.includes(name))) {
    const { entries } = readEnv(await store.decrypt(file));
    names[file] = entries.filter(({ value }) => value !== "").map(({ key }) => key);
  }
  session.print(await removeMember(gone.fingerprint, files, store, config, session));
  session.print(
    `${plainText(gone.name)} knows what could be read so far, in git's history too; rotate it:`,
  );
  for (const line of whatToRotate(names)) session.print(`  ${line}`);
  const left = releaseKeysLeft(gone.name, releaseKeys);
  if (left.length > 0) session.print("release keys stay as they are:");
  for (const line of left) session.print(`  ${line}`);
}

/** The one who is to go. @throws RefusedError where nobody is called so, or several are */
export function memberBy(members: Member[], wanted: string): Member {
  const found = members.filter(
    ({ shall, name, fingerprint }) =>
      shall.length > 0 &&
      (fingerprint === wanted || name === wanted || name.endsWith(`<${wanted}>`)),
  );
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  throw new RefusedError(
    one === undefined
      ? `nobody who reads the secrets is called ${plainText(wanted)}; see scripts/members.sh list`
      : `${found.length} keys are called ${plainText(wanted)}; name the fingerprint`,
  );
}

/** Renders the table that a person reads. */
export function renderMembers(members: Member[]): string {
  const rows = members.map(({ name, fingerprint, since, files: own, shall, why }) => {
    const notes = [why];
    const over = own.filter((file) => !shall.includes(file));
    if (shall.length === 0)
      notes.push("shall read nothing any more: scripts/secrets.sh hide --all");
    else if (over.length > 0)
      notes.push(`shall not read ${over.join(", ")}: scripts/secrets.sh hide --all`);
    else if (own.length < shall.length) notes.push("not all files: scripts/secrets.sh hide --all");
    return [
      plainText(name) || "(a key that is unknown here)",
      fingerprint.slice(-16),
      since || "-",
      own.join(" ") || "nothing",
      notes.filter(Boolean).join("; "),
    ];
  });
  return renderTable([["WHO", "KEY", "SINCE", "READS", ""], ...rows]);
}
