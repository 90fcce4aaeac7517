import { type Command, Option } from "commander";
import { readReference } from "../deploy/options.ts";
import { RefusedError } from "../errors.ts";
import { Git } from "../git/git.ts";
import { currentBranch } from "../git/tree.ts";
import { takeVerbose, takeWait } from "../options.ts";
import { slugsOn, takeDown } from "../preview/down.ts";
import { needPreviews } from "../preview/name.ts";
import { type Action, type PreviewOptions, parseAction, parseHours } from "../preview/options.ts";
import { renderPreviews } from "../preview/render.ts";
import { putUp } from "../preview/up.ts";
import { loadProject } from "../project.ts";
import { type Pass, readPass } from "../release-key/pass.ts";
import { putUpByKey, takeDownByKey } from "../release-key/preview.ts";
import { lookAtServer } from "../server.ts";
import { type Invocation, type Session, withSession } from "../session.ts";
import { forgetStates } from "../terraform/workspaces.ts";
import type { Preview } from "../vm/answers.ts";

const notes = `
  up     builds the branch's commit, unless the registry has its image, and serves it at SLUG.STAGE-HOST with a
         database of its own; run again, it brings what is new, and the time starts again
  down   removes it with all that belongs to it
  list   shows all previews

Exit codes: 0 done; 1 failed; 2 wrong usage or configuration, nothing touched; 3 somebody else is at work on it.
It can be interrupted and run again at any time.`;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("up|down|list [BRANCH] [options]")
    .argument("[action]", "up, down or list")
    .argument(
      "[branch]",
      "here or at origin (default: the one that is checked out); one that begins with a dash goes behind --",
    )
    .addOption(
      new Option(
        "--image <REF>",
        "up: use this image instead of that of the branch's commit",
      ).argParser(readReference),
    )
    .addOption(
      new Option(
        "--hours <N>",
        "up: how long it stays (1 to 8760; default: previews.hours)",
      ).argParser(parseHours),
    )
    .option(
      "--json",
      "list, for machines: slug, branch, url, commit, state, created, expires (RFC 3339), by",
    );
  takeVerbose(takeWait(command), "Terraform's and Docker's")
    .addHelpText("after", notes)
    .action((word: string | undefined, named: string | undefined, options: PreviewOptions) => {
      const action = parseAction(word);
      refuseStrays(action, named, options);
      const { image: reference, hours, wait: patience = 0, json = false } = options;
      return withSession(invocation, options, async (session) => {
        if (action === "list") return list(session, json);
        const branch = named ?? (await checkedOutBranch(session));
        const pass = readPass(invocation.environment);
        if (pass !== undefined) await byKey(session, pass, { action, branch, reference, hours });
        else if (action === "up") await putUp(session, { branch, reference, hours, patience });
        else await takeDown(session, branch, patience);
      });
    });
}

/** By a key that may do nothing else. */
async function byKey(
  session: Session,
  pass: Pass,
  order: {
    action: "up" | "down";
    branch: string;
    reference: string | undefined;
    hours: number | undefined;
  },
): Promise<void> {
  const { action, branch, reference: image, hours } = order;
  if (action === "down") return takeDownByKey(session, branch, pass);
  if (image === undefined)
    throw new RefusedError("a release key builds nothing: name an image by digest with --image");
  return putUpByKey(session, { branch, image, hours }, pass);
}

/** What would have no effect on what is to be done. */
function refuseStrays(action: Action, named: string | undefined, options: PreviewOptions): void {
  const { image, hours, wait, json } = options;
  if (action !== "up" && image !== undefined) throw new RefusedError("--image belongs to up");
  if (action !== "up" && hours !== undefined) throw new RefusedError("--hours belongs to up");
  if (action !== "list" && json) throw new RefusedError("--json belongs to list");
  if (action === "list" && wait !== undefined)
    throw new RefusedError("--wait belongs to up and down");
  if (action === "list" && named !== undefined)
    throw new RefusedError(`list shows all previews; "${named}" is one too many`);
}

async function checkedOutBranch({ root, processes }: Session): Promise<string> {
  const branch = await currentBranch(new Git(root, processes));
  if (branch !== undefined) return branch;
  throw new RefusedError("name the branch: none is checked out");
}

async function list(session: Session, json: boolean): Promise<void> {
  const previews = await listed(session);
  if (json) session.printJson(previews);
  else session.print(renderPreviews(previews, new Date()));
}

async function listed(session: Session): Promise<Preview[]> {
  const { config } = await loadProject(session.root, session.configFile);
  needPreviews(config);
  const access = await lookAtServer(session);
  if (access.vm === undefined) return [];
  const { vm, terraform } = access;
  vm.shareConnection();
  const previews = await vm.previews();
  // Whatever took a preview down, Terraform's state is the operator's.
  await session.steps.quietly("state", (step) => forgetStates(terraform, () => slugsOn(vm), step));
  return previews;
}
