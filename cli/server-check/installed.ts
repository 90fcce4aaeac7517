import { poll } from "../poll.ts";
import type { Vm } from "../vm/vm.ts";

/** What a server lacks that was rebuilt, or whose first contact was broken off; undefined: nobody can look. */
type Installed = "all" | "edge" | "nothing" | undefined;

/** Milliseconds that a server may just need to boot. */
const BOOT = 60_000;

/**
 * Looks what a server has of Onebox: one that was rebuilt through the API has the id of before and an empty disk. One that
 * is silent is asked again while it may be booting.
 */
export async function lookInstalled(vm: Vm): Promise<Installed> {
  const look =
    "if [ -e /etc/ssh/onebox-bootstrap ]; then echo nothing; elif [ -x /opt/onebox/bin/operate ]; then echo all; else echo edge; fi";
  const { code, stdout } = await poll(
    () => vm.run(look, { codes: "any" }),
    (ended) => ended.code === 0 || /host key/i.test(ended.stderr),
    { within: BOOT, pause: 1000 },
  );
  if (code !== 0) return undefined;
  return (["all", "edge", "nothing"] as const).find((word) => stdout.trim() === word);
}

/** What Terraform has to do again for it. */
export function replacementsFor(installed: Installed): string[] {
  const edge = "-replace=null_resource.edge";
  if (installed === "nothing") return ["-replace=null_resource.first_contact", edge];
  return installed === "edge" ? [edge] : [];
}
