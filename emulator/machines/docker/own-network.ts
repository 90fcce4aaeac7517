import { isIPv4 } from "node:net";
import { docker } from "./cli.ts";

/** Makes a cloud's own network, unless it is there; returns this computer's address there, null where it has none. */
export async function ensureOwnNetwork(cloud: string): Promise<string | null> {
  const name = `onebox-${cloud}`;
  const format = "{{(index .IPAM.Config 0).Gateway}}";
  const look = () => docker(["network", "inspect", "--format", format, name]);
  let gateway = await look().catch(() => null);
  if (gateway === null) {
    await docker(["network", "create", "--label", `onebox.cloud=${cloud}`, name]);
    gateway = await look();
  }
  return isIPv4(gateway) ? gateway : null;
}
