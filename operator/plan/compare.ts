import { createHash } from "node:crypto";

interface StackJson {
  resource?: Record<string, Record<string, { provisioner?: unknown; connection?: unknown }>>;
  variable?: Record<string, { type: string; default?: unknown; validation?: unknown }>;
}

/**
 * Makes a synthesised stack one that can be applied to a cloud without machines: nothing is run on a
 * VM, and variables that nobody sets have a value. The release is named after the whole stack, as a
 * deploy would name it, so that a change of any of its files shows.
 */
export function withoutMachines(text: string): string {
  const stack = JSON.parse(text) as StackJson;
  for (const resource of Object.values(stack.resource ?? {}).flatMap(Object.values)) {
    delete resource.provisioner;
    delete resource.connection;
  }
  const release = createHash("sha256").update(text).digest("hex").slice(0, 12);
  for (const [name, variable] of Object.entries(stack.variable ?? {})) {
    delete variable.validation; // the values below are made up
    variable.default ??= variable.type === "number" ? 0 : name === "release" ? release : name;
  }
  return JSON.stringify(stack);
}
