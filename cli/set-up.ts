import { join } from "node:path";
import { ExitError } from "./errors.ts";
import type { Session } from "./session.ts";

/** Has scripts/setup.sh provide what is missing. */
export async function setUp(session: Session, quiet: boolean, cloud?: "hetzner"): Promise<void> {
  const { root, processes } = session;
  const env = quiet ? { ONEBOX_QUIET_SETUP: "1" } : {};
  const code = await processes.attach(join(root, "scripts/setup.sh"), cloud ? [cloud] : [], {
    env,
  });
  if (code !== 0) throw new ExitError(code); // it has said why
}
