import { applyServer } from "../deploy/server.ts";
import { Git } from "../git/git.ts";
import { treeOfBranch } from "../git/tree.ts";
import { Build } from "../image/build.ts";
import { beginAsking, imageByName, imageOfCommit } from "../image/find.ts";
import type { Image } from "../image/image.ts";
import { ImageRegistry } from "../image/registry.ts";
import { sendImage } from "../image/send.ts";
import { locate } from "../locate.ts";
import { type Outcome, summary, verify, withPreviewsState } from "../outcome.ts";
import { inOneLine } from "../plain-text.ts";
import { preview as environmentOf } from "../release/environment.ts";
import { type Prepared, prepareRelease } from "../release/prepare.ts";
import { refuseOwnServices } from "../release/services.ts";
import {
  type Access,
  lookThrough,
  openServerOf,
  provide,
  type VmAccess,
  withVm,
} from "../server.ts";
import type { Session } from "../session.ts";
import { workOnStack } from "../terraform/apply.ts";
import { initPreviews } from "../terraform/workspaces.ts";
import { whoWorks } from "../who.ts";
import { namePreview, type PreviewName } from "./name.ts";
import { renderMoment } from "./render.ts";

/** What is to be put up. */
interface UpOrder {
  branch: string;
  /** An image that somebody has named; undefined: that of the branch's commit. */
  reference: string | undefined;
  /** How long it is there; undefined: as long as the configuration says. */
  hours: number | undefined;
  /** Seconds for which somebody else's work is waited for. */
  patience: number;
}

/** Puts a branch's preview up, or brings what is new; its time begins anew. */
export async function putUp(session: Session, order: UpOrder): Promise<void> {
  session.print(`Onebox puts up ${inOneLine(order.branch)}`);
  const build = await takeBranch(session, order);
  const project = await provide(session);
  const name = namePreview(project, order.branch);
  refuseOwnServices(session.root, ["docker-compose.yml", "host/previews/compose.yml"]);
  // A build that gets secrets waits until they are unlocked.
  const early = project.config.app.buildSecrets.length === 0;
  if (early) await build?.begin(project.config);
  const by = await whoWorks(session);
  const access = withVm(await openServerOf(session, project, { environment: "preview" }));
  if (!early) await build?.begin(project.config);
  try {
    const registry = new ImageRegistry(session, access.project, "previews");
    const asked = build && beginAsking(build, registry);
    await mendServer(session, access);
    const image = await session.steps.run("image", (step) =>
      build === undefined
        ? imageByName(order.reference ?? "", registry, step)
        : imageOfCommit(build, registry, step, asked),
    );
    const { hours = name.settings.hours, patience } = order;
    const expires = Math.floor(Date.now() / 1000) + hours * 3600;
    const { config, cloud } = access.project;
    const release = prepareRelease(
      session,
      access,
      environmentOf(config, cloud, name.settings, name.branch),
      { image: image.reference, commit: image.commit },
      { by, expires },
      patience,
    );
    await bring(session, access, { name, image, registry, patience, expires });
    const outcome = outcomeOf(access, name, release);
    await session.steps.run("verify", (step) => verify(outcome, step));
    session.print(summary(session, outcome));
  } catch (error) {
    throw await withPreviewsState(error, name.slug, access.vm);
  }
}

/** Begins to take the branch's commit out of git; first of all, so that a wrong name is known at once. */
async function takeBranch(
  session: Session,
  { branch, reference }: UpOrder,
): Promise<Build | undefined> {
  if (reference !== undefined) return undefined;
  return new Build(session, await treeOfBranch(new Git(session.root, session.processes), branch));
}

/** Mends the server when it is not as it is defined. */
async function mendServer(session: Session, access: Access): Promise<void> {
  const { server, terraform } = access;
  if (server.applied === terraform.variables.definition) return;
  await session.steps.run("server", async (step) => {
    const agreed = { mayReplace: [], mayRestart: false };
    await applyServer(session, access, { agreed }, step);
    Object.assign(access, await locate(session, terraform));
    step.note = access.server.address;
  });
}

/** What is brought to the VM. */
interface Load {
  name: PreviewName;
  image: Image;
  registry: ImageRegistry;
  patience: number;
  expires: number;
}

/** Terraform brings the release, whatever it remembers: the preview's time begins anew. */
async function bring(session: Session, access: VmAccess, load: Load): Promise<void> {
  const { terraform, vm } = access;
  const { name, image, registry, patience, expires } = load;
  await session.steps.run("preview", async (step) => {
    await sendImage(session, vm, { image, registry, step });
    step.progress("terraform apply");
    terraform.variables.slug = name.slug;
    await initPreviews(terraform, step);
    const replace = "-replace=null_resource.deployment";
    const command: [string, ...string[]] = ["apply", "-auto-approve", replace];
    await workOnStack(
      terraform,
      { stack: "preview", command, patience, workspace: name },
      vm,
      step,
    );
    step.note = `until ${renderMoment(expires)}`;
  });
}

function outcomeOf(access: Access, name: PreviewName, release: Prepared): Outcome {
  const { project, server } = access;
  const { environment, host } = name;
  const place = { address: server.address, via: lookThrough(access) };
  return { project, environment, hosts: [host], release, ...place, guarded: true };
}
