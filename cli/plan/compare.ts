import { createHash } from "node:crypto";

interface StackJson {
  resource?: Record<string, Record<string, { provisioner?: unknown; connection?: unknown }>>;
  variable?: Record<string, { type: string; default?: unknown; validation?: unknown }>;
}

/**
 * Makes a synthesised stack one that can be applied to a cloud without machines: nothing is run on a
 * VM, and variables that nobody sets have a value. The release is named after the whole stack and what it
 * would deliver, so that a change of any file shows.
 *
 * @param identity a number of what it would deliver
 */
export function withoutMachines(text: string, identity = ""): string {
  const stack = JSON.parse(text) as StackJson;
  for (const resource of Object.values(stack.resource ?? {}).flatMap(Object.values)) {
    delete resource.provisioner;
    delete resource.connection;
  }
  const release = createHash("sha256").update(text).update(identity).digest("hex").slice(0, 12);
  for (const [name, variable] of Object.entries(stack.variable ?? {})) {
    delete variable.validation; // the values below are made up
    variable.default ??= variable.type === "number" ? 0 : name === "release" ? release : name;
  }
  return JSON.stringify(stack);
}
