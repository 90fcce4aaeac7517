import type { Session } from "./session.ts";
import { setUpTools } from "./toolchain/provide.ts";

/** Has what is missing provided, as scripts/setup.sh does. */
export function setUp(session: Session, quiet: boolean, cloud?: "hetzner"): Promise<void> {
  return setUpTools(session, { cloud }, quiet);
}
