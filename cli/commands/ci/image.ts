import type { Command } from "commander";
import { Job } from "../../ci/job.ts";
import { reachesCloud } from "../../ci/reach.ts";
import { loadProject } from "../../project.ts";
import { type CommonOptions, type Invocation, type Session, withSession } from "../../session.ts";
import { answerTo } from "../image.ts";

const notes = `
Main's image is always built here, whatever the registry has under its tag; every other branch's goes to the repository
of previews, whose images stage and prod refuse. Environment: REGISTRY_USER and REGISTRY_PASSWORD are the job's own token, which may write packages: no secret of the repository is needed. The login
also stays with Docker for the steps that attest and scan. Outputs: image, name, digest; none where onebox.config.ts
names nothing to push to: cloud: "local", or registry: "none".`;

export function define(command: Command, invocation: Invocation): void {
  command.addHelpText("after", notes).action((options: CommonOptions) => {
    const job = new Job(invocation);
    // The outputs are this step's own, and what programs say is no output.
    const environment = { ...invocation.environment, GITHUB_OUTPUT: undefined };
    const apart = { ...invocation, environment, stdout: invocation.stderr };
    return withSession(apart, options, (session) => publishImage(session, job));
  });
}

async function publishImage(session: Session, job: Job): Promise<void> {
  const { root, configFile, environment } = session;
  const project = await loadProject(root, configFile);
  if (!reachesCloud(project, root)) {
    const why = "the image has no registry that outlasts this job";
    return job.notice(`onebox.config.ts says cloud: "local": ${why}`);
  }
  if (project.config.registry === "none") {
    const why = "the image goes over SSH when it is deployed";
    return job.notice(`onebox.config.ts says registry: "none": ${why}`);
  }
  const isMain = environment.GITHUB_REF === "refs/heads/main";
  const [image = ""] = await answerTo(session, isMain ? { anew: true } : { preview: true });
  await logInForLater(session, image);
  const [name = "", digest = ""] = image.split("@");
  for (const [key, value] of Object.entries({ image, name, digest })) job.output(key, value);
  const contents = (await answerTo(session, { describe: image })).join("\n");
  job.summarise(`## Image\n\n    ${image}\n\n${contents.replaceAll(/^/gm, "    ")}\n`);
}

/** The steps that attest and scan are not ours. */
async function logInForLater({ environment, processes }: Session, image: string): Promise<void> {
  const { REGISTRY_USER: user, REGISTRY_PASSWORD: input = "" } = environment;
  if (!user) return;
  const [registry = ""] = image.split("/");
  const args = ["login", "--username", user, "--password-stdin", registry];
  await processes.run("docker", args, { input });
}
