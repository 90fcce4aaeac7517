import type { Session } from "./session.ts";
import type { Wish } from "./toolchain/provide.ts";

/** Has what is missing provided, as scripts/setup.sh does. */
export async function setUp(session: Session, quiet: boolean, wish: Wish = {}): Promise<void> {
  const { setUpTools } = await import("./toolchain/provide.ts"); // commands that only look do without
  return setUpTools(session, wish, quiet);
}
