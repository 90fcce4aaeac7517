import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { Client } from "../support/client.ts";
import type { Launched } from "../support/process.ts";
import { createRandom, type Random } from "../support/random.ts";
import { all, type Entry, Ledger } from "./ledger.ts";

interface Rounds {
  kills: number;
  seed: number;
  /** How many ask for something at the same time. */
  clients: number;
  /** The longest load before a kill, in ms. */
  longest: number;
  /** The most resources of a kind. */
  most: number;
  /** Starts the emulator, always with the same data. */
  launch: () => Promise<Launched>;
  /** What is asked for, by kind; names come to it. */
  bodies: Record<string, () => object>;
  /** Something else that a client does to a resource which is there. */
  act?: (api: Client, one: Entry, random: Random) => Promise<unknown>;
  /** What must hold besides when all interrupted actions have ended. */
  check: (api: Client) => Promise<void>;
}

/**
 * Kills the emulator at random moments under load, and after each restart compares what is there
 * with what was acknowledged. Returns how many answers there were.
 */
export async function killAgainAndAgain(rounds: Rounds): Promise<number> {
  const { kills, clients, longest, most, launch, bodies, act, check } = rounds;
  const plurals = Object.keys(bodies);
  const random = createRandom(rounds.seed);
  const ledger = new Ledger();
  let names = 0;
  let answers = 0;

  /** One client: makes, changes and deletes until the connection breaks. */
  async function load(api: Client, mine: Random): Promise<void> {
    for (;;) {
      const plural = mine.pick(plurals);
      const known = ledger.entries(plural);
      const one = known.length > 0 ? mine.pick(known) : undefined;
      const choice = mine.next();
      if (one === undefined || (choice < 0.5 && known.length < most)) {
        await ledger.create(api, plural, `n${++names}`, bodies[plural]?.() ?? {});
      } else if (one.exists === "yes" && !one.busy) {
        one.busy = true;
        if (choice < 0.65) await ledger.change(api, one, String(++names));
        else if (choice < 0.8 && act !== undefined) await act(api, one, mine);
        else await ledger.remove(api, one);
        one.busy = false;
      } else await api.get(`/${plural}`); // another client is at it
      answers++;
    }
  }

  let running = await launch();
  try {
    for (let kill = 1; kill <= kills; kill++) {
      const { api } = running;
      const work = Array.from({ length: clients }, () =>
        load(api, createRandom(random.below(2 ** 31))).catch(brokenOff),
      );
      // Every second one after an answer, so that there is something to lose, however slow this computer is.
      const before = answers;
      while (kill % 2 === 0 && answers === before) await sleep(5);
      await sleep(random.next() * longest);
      await running.kill();
      await Promise.all(work);

      running = await launch();
      for (const server of await all(running.api, "servers")) {
        for (const action of await runningOf(running.api, server.id)) {
          await running.api.settled(action);
        }
      }
      expect(await ledger.compare(running.api, plurals), `after kill ${kill}`).to.deep.equal([]);
      await check(running.api);
    }
  } finally {
    await running.kill();
  }
  return answers;
}

/** The connection broke: it was killed. Anything else is a failure. */
function brokenOff(cause: unknown): void {
  if (!(cause instanceof TypeError)) throw cause;
}

/** A server's actions, which go on after the restart. */
const runningOf = async (api: Client, server: number) =>
  (await api.get(`/servers/${server}/actions?status=running`)).body?.actions ?? [];
