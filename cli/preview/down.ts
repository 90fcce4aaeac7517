import { withPreviewsState } from "../outcome.ts";
import { plainText } from "../plain-text.ts";
import { openServerOf, provide, withVm } from "../server.ts";
import type { Session } from "../session.ts";
import { forgetStates } from "../terraform/workspaces.ts";
import { operate } from "../vm/operate.ts";
import { whoWorks } from "../who.ts";
import { namePreview } from "./name.ts";

/**
 * Takes a branch's preview down with all that belongs to it.
 *
 * @param patience seconds for which somebody else's work on it is waited for
 */
export async function takeDown(session: Session, branch: string, patience: number): Promise<void> {
  session.print(`Onebox takes down ${plainText(branch)}`);
  const project = await provide(session);
  const { slug, environment } = namePreview(project, branch);
  const { vm, terraform } = withVm(await openServerOf(session, project, {}));
  vm.shareConnection();
  const by = await whoWorks(session);
  try {
    await session.steps.run("preview", async (step) => {
      await operate(vm, { environment, action: "remove", patience, by }, step);
      const left = await vm.previews();
      await forgetStates(
        terraform,
        left.map((preview) => preview.slug),
        step,
      );
      step.note = "nothing of it is left";
    });
  } catch (error) {
    throw await withPreviewsState(error, slug, vm);
  }
}
