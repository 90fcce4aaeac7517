import { pinOf } from "../image/pins.ts";
import type { Step } from "../steps.ts";
import { buildGoTool, type GoTool, goTool } from "./go.ts";
import type { Kit } from "./kit.ts";
import { isProgram } from "./system.ts";

/** The local cloud's object storage: versitygw, built from its Go module. */
const versitygw = ({ root }: Pick<Kit, "root">): GoTool => ({
  file: `versitygw-${pinOf(root, "VERSITYGW_VERSION")}`,
  module: "versitygw",
  package: "github.com/versity/versitygw/cmd/versitygw",
});

/** Whether it was built, in the version that is pinned. */
export function versitygwIsHere(kit: Kit): boolean {
  return isProgram(goTool(kit, versitygw(kit).file));
}

/** Builds it, unless it is there. */
export async function provideVersitygw(kit: Kit, step: Step): Promise<void> {
  await buildGoTool(kit, versitygw(kit), step);
  step.note = versitygw(kit).file;
}
