import type { Vm } from "./vm.ts";

/** What an environment serves, as its VM tells. */
export interface Serving {
  address: string;
  /** With its digest. */
  image: string;
  digest: string;
  release: string;
  commit: string;
}

/** Asks the VM itself; throws when the environment serves nothing. */
export async function servingOf(vm: Vm, environment: string): Promise<Serving> {
  const said = await vm.run("/opt/onebox/bin/status");
  const rows = said.split("\n").map((line) => line.split("\t"));
  const [, , , release, image, commit = ""] =
    rows.find(([name, role]) => name === environment && role === "serving") ?? [];
  if (!release || !image) throw new Error(`${environment} does not serve; the VM says: ${said}`);
  const digest = image.split("@")[1] ?? "";
  return { address: await vm.address(), image, digest, release, commit };
}
