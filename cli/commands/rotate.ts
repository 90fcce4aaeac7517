import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { nearest } from "../../config/nearest.ts";
import { RefusedError } from "../errors.ts";
import { takeVerbose } from "../options.ts";
import { rotateDatabases } from "../rotate/database.ts";
import { exchangeDeployKey } from "../rotate/deploy-key.ts";
import { certify, exchangeCertificate } from "../rotate/host-ca.ts";
import { keepValue, needReadable } from "../rotate/keep.ts";
import { makeKey } from "../rotate/keys.ts";
import { exchangeRegistryLogin } from "../rotate/registry-login.ts";
import { lookAtVm, type VmAccess } from "../server.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import { prepareSsh } from "../vm/ssh.ts";
import { Vm } from "../vm/vm.ts";

/** Exchanges one secret and returns what the user has to do then. */
type Rotation = (session: Session, access: VmAccess) => Promise<string | undefined>;

/** In the order in which "all" takes them. */
const own: Record<string, Rotation> = {
  "host-ca": hostCa,
  "deploy-key": deployKey,
  "hash-salt": (session, access) =>
    fresh(session, access, "HASH_SALT", "the next deploys of stage and prod start their apps anew"),
  webhook: (session, access) =>
    fresh(
      session,
      access,
      "WEBHOOK_SECRET",
      "where the webhook deployer is used: scripts/webhook.sh on, and tell the forge",
    ),
  database: rotateDatabases,
};

/** All: the registry's have to be made there first, so "all" only names them. */
const rotations: Record<string, Rotation> = {
  ...own,
  registry: (session, access) => exchangeRegistryLogin(session, access, "pull"),
  "registry-push": (session, access) => exchangeRegistryLogin(session, access, "push"),
};

const notes = `
  deploy-key  the SSH key that the VM lets in: both are valid until the new one is stored, then only that one; any
              other key that was let in is removed too
  host-ca     the key that certifies the VM's host key; open connections go on
  hash-salt   the salt of the hashes that reveal a changed secret
  webhook     the secret that signs webhooks
  database    the logins of stage's and prod's apps in their databases: what serves is released once more, with
              another login, and the old one is refused when the previous release is drained
  all         all of these

  registry       the token that the VM pulls images with; make the new one at the registry: you are asked for it, and
                 it is tried on the VM first
  registry-push  the password that pushes images, in the same way

No visitor's request fails. Commit and push what has changed: until they pull it, other clones and the pipeline are
refused. What only somebody else can make anew: docs/secrets.md.

Exit codes: 0 done; 1 failed, the old one is still valid or both are; 2 wrong usage or configuration. It can be
interrupted and run again.`;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("WHAT [options]")
    .argument("[secret]", Object.keys(rotations).concat("all").join(", "));
  takeVerbose(command, "SSH's")
    .addHelpText("after", notes)
    .action((word: string | undefined, options: CommonOptions) => {
      const names = parseWhat(word);
      return withSession(invocation, options, (session) => rotate(session, names));
    });
}

function parseWhat(word: string | undefined): string[] {
  const known = Object.keys(rotations);
  if (word === "all") return Object.keys(own);
  if (word !== undefined && known.includes(word)) return [word];
  const list = [...known, "all"];
  if (word === undefined) throw new RefusedError(`say what to rotate: ${list.join(", ")}`);
  const meant = nearest(word, list);
  throw new RefusedError(
    `unknown secret "${word}": it is ${list.join(", ")}${meant ? `; did you mean ${meant}?` : ""}`,
  );
}

/** Refuses where a file that would be changed lies here in plain text: taken over later, it would undo the rotation. */
export function refusePlainText(root: string, names: string[]): void {
  const plain = filesOf(names).find((file) => existsSync(join(root, file)));
  if (plain === undefined) return;
  throw new RefusedError(`${plain} lies here in plain text; take it over: scripts/secrets.sh hide`);
}

const filesOf = (names: string[]): string[] => [
  ".env",
  ...(names.includes("database") ? [".env.stage", ".env.prod"] : []),
];

async function rotate(session: Session, names: string[]): Promise<void> {
  refusePlainText(session.root, names);
  await needReadable(session, filesOf(names)); // before one half is rotated
  session.print(`Onebox rotates ${names.join(", ")}`);
  const next = new Set<string>();
  for (const name of names) {
    const rotation = rotations[name] as Rotation;
    // Each has to find what the one before has kept.
    const said = await rotation(session, await lookAtVm(session));
    if (said !== undefined) next.add(said);
  }
  if (names.length > 1) {
    const { project } = await lookAtVm(session);
    if (project.config.registry === "repository")
      next.add(
        "with tokens that you make at the registry: scripts/rotate.sh registry, registry-push",
      );
  }
  session.print("next: git add '.gitsecret*' '.env*.gpg' && git commit && git push");
  for (const line of next) session.print(`      ${line}`);
}

async function deployKey(session: Session, { vm, project }: VmAccess): Promise<string> {
  const { processes, secrets, steps } = session;
  return steps.run("deploy-key", async (step) => {
    const { directory, value } = await makeKey("DEPLOY_KEY", secrets, processes);
    const { deploy: publicKey } = await prepareSsh(directory, project.config.name, processes);
    const after = new Vm(vm.address, directory, processes);
    const keep = () => keepValue(session, project, "DEPLOY_KEY", value);
    const gone = await exchangeDeployKey({ before: vm, after, publicKey }, keep, step);
    step.note = `the VM lets ${gone === 1 ? "one key" : `${gone} keys`} in no more`;
    return "the next deploy brings the key's public half to the project at the cloud too";
  });
}

async function hostCa(session: Session, { vm, project }: VmAccess): Promise<undefined> {
  const { processes, secrets, steps } = session;
  await steps.run("host-ca", async (step) => {
    const { name } = project.config;
    const { directory, value } = await makeKey("HOST_CA_KEY", secrets, processes);
    await prepareSsh(directory, name, processes);
    const connections = {
      before: new Vm(vm.address, secrets, processes),
      after: new Vm(vm.address, directory, processes),
      fresh: new Vm(vm.address, secrets, processes),
    };
    connections.before.shareConnection();
    try {
      const names = [name, vm.address];
      const certificate = await certify(connections.before, { directory, names }, processes);
      const keep = () => keepValue(session, project, "HOST_CA_KEY", value);
      await exchangeCertificate(connections, certificate, keep, step);
    } finally {
      await connections.before.close();
    }
    step.note = "the VM is believed by the new one only";
  });
}

async function fresh(
  session: Session,
  { project }: VmAccess,
  key: string,
  next: string,
): Promise<string> {
  return session.steps.run(key.toLowerCase().replace("_", "-"), async (step) => {
    await keepValue(session, project, key, randomBytes(32).toString("hex"));
    step.note = "made anew";
    return next;
  });
}
