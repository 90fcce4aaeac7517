import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type Echo, type Target, Visits } from "./visits.ts";

const size = 60;

/**
 * POSTs in bursts, each about two seconds after the answers to the one before: just when an app closes the connections
 * that were idle for so long.
 *
 * @returns a function that goes on until so many were sent
 */
export function startBursts(target: Target): (count: number) => Promise<Visits> {
  const visits = new Visits();
  const agent = new Agent({ keepAlive: true, maxSockets: size });
  let enough = Number.POSITIVE_INFINITY;
  const send = (text: string) => post(target, agent, text);
  const go = async () => {
    for (let burst = 0; visits.sent < enough; burst++) {
      const names = Array.from({ length: size }, (_, n) => `POST ${burst}.${n}`);
      await Promise.all(names.map((name) => visits.take(name, send)));
      await sleep(1990 + (burst % 10) * 2);
    }
    agent.destroy();
  };
  const work = go();
  return async (count) => {
    enough = count;
    await work;
    return visits;
  };
}

async function post(
  { address, port = 80, host }: Target,
  agent: Agent,
  text: string,
): Promise<Echo> {
  const sent = request({
    ...{ host: address, port, method: "POST", path: "/", agent },
    headers: { host, "content-length": Buffer.byteLength(text) },
    timeout: 60_000,
  });
  sent.on("timeout", () => sent.destroy(new Error("no answer within a minute")));
  sent.end(text);
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const pieces: string[] = await answer.setEncoding("utf8").toArray();
  const release = String(answer.headers["x-onebox-release"]);
  return { status: answer.statusCode ?? 0, release, text: pieces.join("") };
}
