import { join } from "node:path";
import type { Config } from "../../config/schema.ts";
import { Git } from "../git/git.ts";
import { checkedOut } from "../git/tree.ts";
import { Build } from "../image/build.ts";
import { imageOfCommit, knownImageOfCommit } from "../image/find.ts";
import { ImageRegistry } from "../image/registry.ts";
import type { Project } from "../project.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";

/** Where the webhook deployer's source lies. */
const FOLDER = "webhook";

/**
 * The webhook deployer's image, by digest: built like the app's, and kept under a tag of the same repository that names
 * its source.
 */
export async function webhookImage(
  session: Session,
  project: Project,
  step: Step,
): Promise<string> {
  const git = new Git(session.root, session.processes);
  const whole = await checkedOut(git, join(session.scratch, "index"));
  const tag = `${FOLDER}-${await git.run(["rev-parse", `${whole.tree}:${FOLDER}`])}`;
  const tree = { ...whole, tag };
  const registry = new ImageRegistry(session, project);
  let image = await knownImageOfCommit({ tree }, registry, step);
  if (image === undefined) {
    const build = new Build(session, tree);
    await build.begin(ofWebhook(project.config));
    image = await imageOfCommit(build, registry, step);
  }
  step.note = tag;
  return image.reference;
}

/** The configuration of a build of the webhook deployer. */
function ofWebhook(config: Config): Config {
  const app = { ...config.app, dockerfile: `${FOLDER}/Dockerfile`, context: FOLDER };
  return { ...config, app };
}
