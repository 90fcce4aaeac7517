import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { Config } from "../../config/schema.ts";
import { ExitError, RefusedError } from "../errors.ts";
import { parseWord, takeVerbose } from "../options.ts";
import { plainLines } from "../plain-text.ts";
import { schemeOf } from "../project.ts";
import { packRelease } from "../release/archive.ts";
import { writeFiles } from "../release/directory.ts";
import { needDeployed, openServerOf, provide, type VmAccess, withVm } from "../server.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../session.ts";
import type { Step } from "../steps.ts";
import type { Vm } from "../vm/vm.ts";
import { renderRoute, renderSettings } from "../webhook/files.ts";
import { webhookImage } from "../webhook/image.ts";

const actions = ["on", "off", "status"] as const;
type Action = (typeof actions)[number];
type Webhook = NonNullable<Config["webhook"]>;

const program = "/opt/onebox/bin/webhook";
const inbox = "/opt/onebox/webhook.incoming";

const notes = `
  on       builds and starts it, or restarts it with another secret or configuration
  off      removes it and all that it has stored
  status   shows whether it is on, and what came last

It needs \`webhook\` in onebox.config.ts and WEBHOOK_SECRET in .env (docs/webhook.md). Switch it on again after the
server was replaced. Exit codes: 0 done; 1 failed; 2 wrong usage or configuration.`;

export function define(command: Command, invocation: Invocation): void {
  command.usage("on|off|status [options]").argument("[action]", "on, off or status");
  takeVerbose(command, "Docker's")
    .addHelpText("after", notes)
    .action((word: string | undefined, options: CommonOptions) => {
      const action = parseAction(word);
      return withSession(invocation, options, (session) => work(session, action));
    });
}

/** Checks what is to be done. */
export function parseAction(word: string | undefined): Action {
  return parseWord(word, actions, { kind: "action", ask: "say" });
}

async function work(session: Session, action: Action): Promise<void> {
  await needDeployed(session);
  const project = await provide(session, true);
  const webhook = action === "on" ? needWebhook(project.config) : undefined;
  const access = withVm(await openServerOf(session, project, { quiet: true }));
  const { vm } = access;
  if ((await vm.run(`test -x ${program}`, { codes: [0, 1] })).code !== 0) {
    throw new RefusedError("the VM does not know webhooks yet; run: scripts/deploy.sh stage");
  }
  if (webhook !== undefined) await switchOn(session, access, webhook);
  else if (action === "status") await showStatus(session, vm);
  else {
    await session.steps.run("webhook", ({ output }) => vm.run(`${program} off`, { output }));
  }
}

/**
 * What the configuration says of the webhook deployer.
 *
 * @throws RefusedError when it could not work
 */
export function needWebhook({ webhook, registry }: Pick<Config, "webhook" | "registry">): Webhook {
  if (webhook === undefined) {
    throw new RefusedError(
      "onebox.config.ts: webhook is missing; docs/webhook.md says what it holds",
    );
  }
  if (registry !== "none") return webhook;
  throw new RefusedError(
    'the webhook deployer releases what a registry has, and registry is "none"',
  );
}

async function switchOn(session: Session, access: VmAccess, webhook: Webhook): Promise<void> {
  const secret = readFileSync(join(session.secrets, "webhook_secret"), "utf8");
  if (secret === "") throw new RefusedError(".env: WEBHOOK_SECRET is missing");
  const image = await session.steps.run("image", (step) =>
    webhookImage(session, access.project, step),
  );
  await session.steps.run("webhook", (step) =>
    install(session, access, { webhook, secret, image }, step),
  );
}

/** Brings everything in one go; the secret goes through the connection, never through arguments. */
async function install(
  session: Session,
  { project, vm }: VmAccess,
  { webhook, secret, image }: { webhook: Webhook; secret: string; image: string },
  step: Step,
): Promise<void> {
  const { config, cloud } = project;
  const { subdomain, repository, branch } = webhook;
  const host = `${subdomain}.${cloud.domain}`;
  const https = config.https !== undefined;
  const settings = { host, https, image, images: cloud.repository, repository, branch };
  const directory = join(session.secrets, "webhook");
  writeFiles(directory, {
    "settings.env": renderSettings(settings),
    "webhook.yml": renderRoute(settings),
    "compose.yml": readFileSync(join(session.root, "webhook/compose.yml"), "utf8"),
    secret,
    "config.json": readFileSync(join(session.secrets, "pull/config.json"), "utf8"),
  });
  const take = `set -e; rm -rf ${inbox}; install -d -m 0700 ${inbox}; tar -C ${inbox} -x --no-same-owner`;
  const input = packRelease(directory);
  await vm.run(`${take}; exec ${program} on`, { input, output: step.output });
  step.note = `${schemeOf(project)}://${host}/`;
}

async function showStatus({ invocation }: Session, vm: Vm): Promise<void> {
  const lines = plainLines((text) => invocation.stdout.write(text));
  const code = await vm.pass(`${program} status`, lines.write);
  lines.end();
  if (code !== 0) throw new ExitError(code);
}
