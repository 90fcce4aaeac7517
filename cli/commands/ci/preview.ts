import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { createGitHub } from "../../ci/github.ts";
import { Job } from "../../ci/job.ts";
import {
  branchOf,
  chooseAtEvent,
  chooseNow,
  pullSchema,
  readPullEvent,
  renderDown,
  renderUp,
} from "../../ci/preview.ts";
import { guardPreview } from "../../ci/preview-guard.ts";
import { fetchPull } from "../../ci/pull.ts";
import { reachesCloud } from "../../ci/reach.ts";
import { readRunner } from "../../ci/runner.ts";
import { RefusedError } from "../../errors.ts";
import { Git } from "../../git/git.ts";
import { takeDown } from "../../preview/down.ts";
import { namePreview } from "../../preview/name.ts";
import { putUp } from "../../preview/up.ts";
import { USUAL_WAIT } from "../../program.ts";
import { loadProject, schemeOf } from "../../project.ts";
import { readPass } from "../../release-key/pass.ts";
import { putUpByKey, takeDownByKey } from "../../release-key/preview.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../../session.ts";

const notes = `
  choose   what the event asks for, and fetches its commit. Outputs: action (up, down or empty), commit
  bring    does it, if the pull request is still as it was. FILE takes the text of the comment. Output: comment, which
           is put, or update where one is there already; empty without a text

What it runs is the checked out tree's, the default branch's; the pull request's own is only built, elsewhere.
Environment: GITHUB_TOKEN; bring: IMAGE, by digest.`;

export function define(command: Command, invocation: Invocation): void {
  command
    .usage("choose|bring FILE")
    .argument("[action]", "choose or bring")
    .argument("[file]", "bring: takes the text of the comment")
    .addHelpText("after", notes)
    .action((action: string | undefined, file: string | undefined, options: CommonOptions) => {
      const job = new Job(invocation);
      if (action === "choose") {
        if (file !== undefined) throw new RefusedError(`"${file}" is one argument too many`);
        return withSession(invocation, options, (session) => choose(session, job));
      }
      if (action !== "bring") throw new RefusedError("say what to do: choose or bring");
      if (file === undefined) {
        const help = "see scripts/ci/preview.sh --help";
        throw new RefusedError(`name the file that takes the text; ${help}`);
      }
      return withSession(invocation, options, async (session) => {
        const brought = await bring(session, job);
        if (brought === undefined) return;
        writeFileSync(file, brought.text);
        job.output("comment", brought.comment);
        job.summarise(brought.text);
      });
    });
}

async function choose(session: Session, job: Job): Promise<void> {
  const { root, environment, processes } = session;
  const event = readPullEvent(environment);
  const wanted = chooseAtEvent(event);
  const nothing = (why: string) => job.notice(`no preview: ${why}`);
  if (wanted.action === "nothing") return nothing(wanted.why);
  const project = await loadProject(root, session.configFile);
  const { config } = project;
  if (!reachesCloud(project, root)) {
    return nothing('onebox.config.ts says cloud: "local": none is put up from here');
  }
  if (config.previews === undefined) return nothing("onebox.config.ts has no previews section");
  if (config.registry === "none") {
    const who = "scripts/preview.sh puts previews up, from a computer that builds";
    return nothing(`onebox.config.ts says registry: "none": ${who}`);
  }
  const github = createGitHub(readRunner(environment));
  const choice = await guardPreview(github, event, wanted, config.previews);
  if (choice.action === "nothing") return nothing(choice.why);
  const { head } = event.pull_request;
  const git = new Git(root, processes);
  if (choice.action === "up" && !(await fetchPull(git, event.pull_request, environment))) {
    return nothing("there is a later commit; it has a run of its own, or waits for the label");
  }
  job.output("action", choice.action);
  job.output("commit", head.sha);
}

interface Brought {
  /** Of the comment. */
  text: string;
  comment: "put" | "update";
}

async function bring(session: Session, job: Job): Promise<Brought | undefined> {
  const { root, environment } = session;
  const event = readPullEvent(environment);
  const { number, head } = event.pull_request;
  const github = createGitHub(readRunner(environment));
  const wanted = chooseNow(event, await github.get(`pulls/${number}`, pullSchema));
  const project = await loadProject(root, session.configFile);
  const { forks = false } = project.config.previews ?? {};
  const choice = await guardPreview(github, event, wanted, { forks });
  const nothing = (why: string) => void job.notice(`no preview: ${why}`);
  const branch = branchOf(event);
  const pass = readPass(session.invocation.environment);
  if (choice.action === "nothing") return nothing(choice.why);
  if (choice.action === "down") {
    if (pass === undefined) await takeDown(session, branch, USUAL_WAIT);
    else await takeDownByKey(session, branch, pass);
    return { text: renderDown(), comment: "update" };
  }
  const { IMAGE: reference } = environment;
  if (!reference) return nothing("there is no image of the commit");
  const { host, settings } = namePreview(project, branch);
  if (pass !== undefined)
    await putUpByKey(session, { branch, image: reference, commit: head.sha }, pass);
  else await putUp(session, { branch, reference, hours: undefined, patience: USUAL_WAIT });
  const url = `${schemeOf(project)}://${host}`;
  return { text: renderUp(url, head.sha, settings.hours), comment: "put" };
}
