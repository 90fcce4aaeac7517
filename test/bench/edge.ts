import { setTimeout as sleep } from "node:timers/promises";
import { startLoad } from "../traffic/load/load.ts";
import { type Tally, tally } from "../traffic/load/tally.ts";
import type { Machine } from "./machine.ts";

/** What visitors notice when Traefik itself is replaced, as an upgrade of it does. */
export async function measureEdge(machine: Machine, address: string, host: string): Promise<Tally> {
  const load = startLoad({ address, host });
  await sleep(5000);
  await machine.there("/opt/onebox/bin/replace-traefik --again");
  await sleep(5000);
  return tally(await load.stop());
}
