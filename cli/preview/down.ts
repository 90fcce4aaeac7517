import { withPreviewsState } from "../outcome.ts";
import { inOneLine } from "../plain-text.ts";
import { needDeployed, openServerOf, provide, withVm } from "../server.ts";
import type { Session } from "../session.ts";
import { forgetStates } from "../terraform/workspaces.ts";
import { operate } from "../vm/operate.ts";
import type { Vm } from "../vm/vm.ts";
import { whoWorks } from "../who.ts";
import { namePreview } from "./name.ts";

/**
 * Takes a branch's preview down with all that belongs to it.
 *
 * @param patience seconds for which somebody else's work on it is waited for
 */
export async function takeDown(session: Session, branch: string, patience: number): Promise<void> {
  session.print(`Onebox takes down ${inOneLine(branch)}`);
  await needDeployed(session);
  const project = await provide(session);
  const { slug, environment } = namePreview(project, branch);
  const { vm, terraform } = withVm(await openServerOf(session, project, {}));
  vm.shareConnection();
  const by = await whoWorks(session);
  try {
    await session.steps.run("preview", async (step) => {
      await operate(vm, { environment, action: "remove", patience, by }, step);
      await forgetStates(terraform, () => slugsOn(vm), step);
      step.note = "nothing of it is left";
    });
  } catch (error) {
    throw await withPreviewsState(error, slug, vm);
  }
}

/** The slugs of the previews that there are. */
export const slugsOn = async (vm: Vm): Promise<string[]> =>
  (await vm.previews()).map(({ slug }) => slug);
