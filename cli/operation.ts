import type { EnvironmentName } from "../config/schema.ts";
import { commandError, FailedError } from "./errors.ts";
import { afterWork, checkHooks, type HookName, hasHooks } from "./hooks.ts";
import { summary, verify, withAftermath } from "./outcome.ts";
import { hostNames } from "./project.ts";
import { agree, servingRelease, useRelease } from "./release/serving.ts";
import { lookThrough, openVm } from "./server.ts";
import type { Session } from "./session.ts";
import { operate } from "./vm/operate.ts";
import { whoWorks } from "./who.ts";

/** What the VM does by itself with releases that it has. */
interface OperationOptions {
  environment: EnvironmentName;
  action: "rollback" | "promote";
  /** The hook that is told of it afterwards. */
  hook: HookName;
  /** What is said first. */
  title: string;
  /** Seconds for which somebody else's work is waited for. */
  patience: number;
  /** The action's own arguments. */
  arguments: string[];
}

/** Has the VM go from one release to another; Terraform's state follows. */
export async function runOperation(session: Session, options: OperationOptions): Promise<void> {
  const { environment, action, hook, title, patience } = options;
  const { steps } = session;
  checkHooks(session.root);
  session.print(`Onebox ${title}`);
  const access = await openVm(session, { environment });
  const { vm, project } = access;
  vm.shareConnection();
  const by = await whoWorks(session);
  const previous = hasHooks(session.root)
    ? await servingRelease(vm, environment).then(
        ({ name }) => name,
        () => "", // it does not answer: a hook does without
      )
    : "";
  const facts = { project, environment, address: vm.address, previous, by };
  try {
    await steps.run(action, (step) =>
      operate(vm, { environment, action, patience, by, arguments: options.arguments }, step),
    );
    const release = await steps.run("state", async (step) => {
      const serving = await servingRelease(vm, environment);
      useRelease(session, access, environment, serving, { by });
      await agree(access, environment, serving, step);
      return serving;
    });
    const hosts = hostNames(project, environment);
    const via = lookThrough(access);
    const outcome = { project, environment, hosts, release, address: vm.address, via };
    await steps.run("verify", (step) => verify(outcome, step));
    await afterWork(session, hook, "served", { ...facts, release });
    session.print(summary(session, outcome));
  } catch (thrown) {
    const error = commandError(thrown);
    if (error instanceof FailedError) {
      await afterWork(session, hook, "failed", { ...facts, release: undefined });
    }
    throw await withAftermath(error, environment, vm);
  }
}
