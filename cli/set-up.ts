import type { Session } from "./session.ts";

/** Has what is missing provided, as scripts/setup.sh does. */
export async function setUp(session: Session, quiet: boolean, cloud?: "hetzner"): Promise<void> {
  const { setUpTools } = await import("./toolchain/provide.ts"); // commands that only look do without
  return setUpTools(session, { cloud }, quiet);
}
