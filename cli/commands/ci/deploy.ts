import { Writable } from "node:stream";
import type { Command } from "commander";
import type { EnvironmentName } from "../../../config/schema.ts";
import { type Chosen, chooseImage } from "../../ci/chosen.ts";
import { Job } from "../../ci/job.ts";
import { renderDeploy } from "../../ci/summaries.ts";
import { orderOf } from "../../deploy/options.ts";
import { parseEnvironment, takeEnvironment } from "../../options.ts";
import { USUAL_WAIT } from "../../program.ts";
import { reportOf } from "../../report.ts";
import { type CommonOptions, type Invocation, type Output, withSession } from "../../session.ts";
import { deploy } from "../deploy.ts";

const notes = `
  stage   the image that IMAGE names in the environment, unless stage serves a later commit already
  prod    what onebox.config.ts says under release: the image of the version tag that the workflow runs for, once stage
          has served it ("tag"); or what is currently serving on stage ("promote")

Exit codes as of scripts/deploy.sh.`;

export function define(command: Command, invocation: Invocation): void {
  takeEnvironment(command)
    .addHelpText("after", notes)
    .action(async (word: string | undefined, options: CommonOptions) => {
      const environment = parseEnvironment(word);
      const job = new Job(invocation);
      const choice = await withSession(invocation, options, (session) =>
        chooseImage(session, environment),
      );
      if ("nothing" in choice) job.notice(choice.nothing);
      else await deployChosen(environment, choice, job, { invocation, options });
    });
}

interface Call {
  invocation: Invocation;
  options: CommonOptions;
}

/** Deploys, and tells of it in the job's summary, however it ends. */
async function deployChosen(
  environment: EnvironmentName,
  { image, commit, changes }: Chosen,
  job: Job,
  { invocation, options }: Call,
): Promise<void> {
  let output = "";
  const copy = (to: Output): Output =>
    new Writable({
      decodeStrings: false,
      write: (text, _, done) => {
        output += text;
        to.write(text);
        done();
      },
    });
  const { stdout, stderr } = invocation;
  const copied = { ...invocation, stdout: copy(stdout), stderr: copy(stderr) };
  const order = orderOf(environment, { image, wait: USUAL_WAIT });
  const summarise = (code: number) =>
    job.summarise(renderDeploy({ environment, image, code, output, commit, changes }));
  try {
    await withSession(copied, options, (session) => deploy(session, order));
  } catch (error) {
    const { text, exitCode } = reportOf(error, "deploy.sh");
    output += text;
    summarise(exitCode);
    throw error;
  }
  summarise(0);
}
