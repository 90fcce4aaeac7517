import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stage } from "../support/stage.ts";
import { clock } from "../traffic/load/plan.ts";
import type { Machine } from "./machine.ts";

/** Seconds from the command reaching the VM to the first answer of the previous release. */
export async function measureRollback(stage: Stage, machine: Machine): Promise<number> {
  const { address, release } = await stage.serving();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const command = machine.there("date +%s%N; /opt/onebox/bin/operate stage rollback");
  let first: number | undefined;
  for (const end = clock() + 30_000; clock() < end && first === undefined; await sleep(5)) {
    const outgoing = request({
      host: address,
      headers: { host: stage.host },
      path: "/version",
      agent,
    });
    outgoing.end();
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    answer.resume();
    const named = answer.headers["x-onebox-release"];
    if (answer.statusCode === 200 && named !== release) first = clock();
  }
  agent.destroy();
  const began = Number((await command).split("\n")[0]) / 1e6;
  if (first === undefined) throw new Error("no other release answered within 30 s");
  return (first - began) / 1000;
}
