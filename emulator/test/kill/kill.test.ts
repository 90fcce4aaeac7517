import { rmSync } from "node:fs";
import { expect } from "chai";
import type { Client } from "../support/client.ts";
import { temporaryDirectory } from "../support/cloud.ts";
import { publicKey } from "../support/keys.ts";
import { launch } from "../support/process.ts";
import { createRandom, type Random } from "../support/random.ts";
import { all, Ledger } from "./ledger.ts";

const KILLS = Number(process.env.ONEBOX_EMULATOR_KILLS ?? 15);
const SEED = Number(process.env.ONEBOX_SEED ?? Date.now() % 1_000_000);
const CLIENTS = 6;
const LONGEST_MS = 150; // of load before a kill
const MOST = 20; // resources of a kind, so that the check stays quick

const BODIES: Record<string, () => object> = {
  firewalls: () => ({ rules: [] }),
  volumes: () => ({ size: 10, location: "fsn1" }),
  ssh_keys: () => ({ public_key: publicKey() }),
  servers: () => ({ server_type: "cx23", image: "docker-ce" }),
};
const PLURALS = Object.keys(BODIES);

describe(`kill -9 at ${KILLS} random moments under load (ONEBOX_SEED=${SEED})`, function () {
  this.timeout(60_000 + KILLS * 5000);
  const data = temporaryDirectory();
  after(() => rmSync(data, { recursive: true }));
  const random = createRandom(SEED);
  const ledger = new Ledger();
  let names = 0;

  /** One client: makes, changes and deletes until the connection breaks. */
  async function load(api: Client, mine: Random, acknowledged: () => void): Promise<void> {
    for (;;) {
      const plural = mine.pick(PLURALS);
      const known = ledger.entries(plural);
      const one = known.length > 0 ? mine.pick(known) : undefined;
      const choice = mine.next();
      if (one === undefined || (choice < 0.5 && known.length < MOST)) {
        await ledger.create(api, plural, `n${++names}`, BODIES[plural]?.() ?? {});
      } else if (one.exists === "yes" && !one.busy) {
        one.busy = true;
        if (choice < 0.75) await ledger.change(api, one, String(++names));
        else await ledger.remove(api, one);
        one.busy = false;
      } else await api.get(`/${plural}`); // another client is at it
      acknowledged();
    }
  }

  it("loses nothing that was acknowledged, and nothing appears that nobody asked for", async () => {
    let answers = 0;
    let running = await launch(data);
    for (let kill = 0; kill < KILLS; kill++) {
      const clients = Array.from({ length: CLIENTS }, () =>
        load(running.api, createRandom(random.below(2 ** 31)), () => answers++).catch(brokenOff),
      );
      await new Promise((resolve) => setTimeout(resolve, random.next() * LONGEST_MS));
      await running.kill();
      await Promise.all(clients);

      running = await launch(data);
      for (const server of await all(running.api, "servers")) {
        for (const action of await runningOf(running.api, server.id))
          await running.api.settled(action);
      }
      expect(await ledger.compare(running.api, PLURALS), `after kill ${kill + 1}`).to.deep.equal(
        [],
      );
      const servers = new Set((await all(running.api, "servers")).map(({ id }) => id));
      for (const ip of await all(running.api, "primary_ips")) {
        expect(servers.has(ip.assignee_id), `address ${ip.id} has a server`).to.equal(true);
      }
    }
    await running.kill();
    expect(answers).to.be.greaterThan(KILLS);
  });
});

/** The connection broke: it was killed. Anything else is a failure. */
function brokenOff(cause: unknown): void {
  if (!(cause instanceof TypeError)) throw cause;
}

/** A server's actions, which go on after the restart. */
const runningOf = async (api: Client, server: number) =>
  (await api.get(`/servers/${server}/actions?status=running`)).body?.actions ?? [];
