import { rmSync } from "node:fs";
import { expect } from "chai";
import { temporaryDirectory } from "../support/cloud.ts";
import { publicKey } from "../support/keys.ts";
import { launch } from "../support/process.ts";
import { all } from "./ledger.ts";
import { killAgainAndAgain } from "./rounds.ts";

const KILLS = Number(process.env.ONEBOX_EMULATOR_KILLS ?? 15);
const SEED = Number(process.env.ONEBOX_SEED ?? Date.now() % 1_000_000);

describe(`kill -9 at ${KILLS} random moments under load (ONEBOX_SEED=${SEED})`, function () {
  this.timeout(60_000 + KILLS * 30_000);
  const data = temporaryDirectory();
  after(() => rmSync(data, { recursive: true }));

  it("loses nothing that was acknowledged, and nothing appears that nobody asked for", async () => {
    const answers = await killAgainAndAgain({
      kills: KILLS,
      seed: SEED,
      clients: 6,
      longest: 150,
      most: 20, // so that the check stays quick
      launch: () => launch(data),
      bodies: {
        firewalls: () => ({ rules: [] }),
        volumes: () => ({ size: 10, location: "fsn1" }),
        ssh_keys: () => ({ public_key: publicKey() }),
        servers: () => ({ server_type: "cx23", image: "docker-ce" }),
      },
      async check(api) {
        const servers = new Set((await all(api, "servers")).map(({ id }) => id));
        for (const ip of await all(api, "primary_ips")) {
          expect(servers.has(ip.assignee_id), `address ${ip.id} has a server`).to.equal(true);
        }
      },
    });
    expect(answers).to.be.at.least(Math.floor(KILLS / 2));
  });
});
