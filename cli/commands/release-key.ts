import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import {
  type KeyUse,
  keyUses,
  parseReleaseKeys,
  RELEASE_KEYS,
  readReleaseKeys,
} from "../../config/release-keys.ts";
import { RefusedError } from "../errors.ts";
import { renderPass } from "../release-key/pass.ts";
import { lookAtVm } from "../server.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";

const notes = `
  stage, prod   releases an image there, with the files of what serves: no other image repository, no file, no command
  preview       puts previews up and takes them down
  signer        signs images (docs/release-keys.md): from then on each release by a key needs a signature

The private half goes to standard output and nowhere else. The public half is added to config/release-keys: commit
it, and let somebody with the machine's key deploy. Exit codes: 0 done; 1 failed; 2 nothing was changed.`;

interface Options extends CommonOptions {
  for?: string;
}

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("NAME --for stage,prod,preview >key.json")
    .argument("[NAME]", "what the file lists it as, such as ci or an e-mail address")
    .option("--for <USES>", `what it may be used for: ${keyUses.join(", ")}; separated by commas`)
    .addHelpText("after", notes)
    .action((name: string | undefined, options: Options) =>
      withSession(invocation, options, (session) => makeReleaseKey(session, name, options.for)),
    );
}

async function makeReleaseKey(
  session: Session,
  name: string | undefined,
  list = "",
): Promise<void> {
  const { root, invocation, steps } = session;
  const { stdout } = invocation;
  if (name === undefined) throw new RefusedError("name the key, such as ci");
  if (stdout.isTTY) {
    const how = "send it to a file: scripts/release-key.sh NAME --for preview >key.json";
    throw new RefusedError(`it would print a private key; ${how}`);
  }
  const uses = readUses(list);
  if (readReleaseKeys(root).some((key) => key.name === name))
    throw new RefusedError(`${RELEASE_KEYS} has ${name} already; remove its line first`);
  parseReleaseKeys(`${name} ${uses.join(",")} ssh-ed25519 ${"A".repeat(68)}`);
  const signs = uses.includes("signer");
  const access = signs ? undefined : await lookAtVm(session);
  const { key, publicKey } = await steps.run("key", () => generate(session));
  if (access === undefined) stdout.write(key);
  else {
    const { vm, project } = access;
    const hosts = readFileSync(join(session.secrets, "known_hosts"), "utf8").trim();
    const hostCa = hosts.replace("@cert-authority * ", "").split(" ").slice(0, 2).join(" ");
    stdout.write(renderPass({ name: project.config.name, address: vm.address, hostCa, uses, key }));
  }
  const file = join(root, RELEASE_KEYS);
  const end = existsSync(file) && !/(^|\n)$/.test(readFileSync(file, "utf8")) ? "\n" : "";
  appendFileSync(file, `${end}${name} ${uses.join(",")} ${publicKey}\n`);
  session.say(`  next: git commit ${RELEASE_KEYS}, and scripts/deploy.sh stage lets it in`);
}

/** Reads what --for is given. @throws RefusedError */
export function readUses(list: string): KeyUse[] {
  const words = list.split(",").filter(Boolean);
  const uses = keyUses.filter((use) => words.includes(use));
  const known = `--for takes ${keyUses.join(", ")}, separated by commas`;
  if (uses.length === 0 || uses.length !== words.length) throw new RefusedError(known);
  if (uses.includes("signer") && uses.length > 1)
    throw new RefusedError("a signer's key does nothing else: whoever releases must not sign too");
  return uses;
}

async function generate({ secrets, processes }: Session) {
  const directory = join(secrets, "release-key");
  mkdirSync(directory, { mode: 0o700 });
  const file = join(directory, "key");
  const args = ["-q", "-t", "ed25519", "-N", "", "-C", "onebox", "-f", file];
  await processes.run("ssh-keygen", args);
  const [type, text] = readFileSync(`${file}.pub`, "utf8").split(" ");
  return { key: readFileSync(file, "utf8"), publicKey: `${type} ${text}` };
}
