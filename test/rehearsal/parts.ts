import { type Part, partsOf } from "../support/parts.ts";

/** What is tried beside the plain path: of these a run takes some. */
const names = [
  ...["bucket", "mend", "at once", "image before", "contract", "maintenance"],
  ...["reboot", "new VM", "off", "address", "rebuilt", "state", "full", "volume", "type"],
  ...["guarded", "kept volume"],
] as const;

export const part: (name: (typeof names)[number]) => Part = partsOf("ONEBOX_PARTS", names);
