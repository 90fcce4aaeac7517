import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { all, type Entry } from "../kill/ledger.ts";
import { killAgainAndAgain } from "../kill/rounds.ts";
import type { Client } from "../support/client.ts";
import { temporaryDirectory } from "../support/cloud.ts";
import { docker, removeParts, until } from "../support/hosts.ts";
import { launch } from "../support/process.ts";
import type { Random } from "../support/random.ts";

const KILLS = Number(process.env.ONEBOX_MACHINE_KILLS ?? 3);
const SEED = Number(process.env.ONEBOX_SEED ?? Date.now() % 1_000_000);

describe(`kill -9 at ${KILLS} random moments, with real servers (ONEBOX_SEED=${SEED})`, function () {
  this.timeout(900_000 + KILLS * 120_000);
  const data = temporaryDirectory();
  const cloud = () => JSON.parse(readFileSync(join(data, "cloud.json"), "utf8")).id as string;
  after(() => removeParts(data));

  /** Switches a server on or off, or gives a volume to a server and takes it away. */
  async function act(api: Client, one: Entry, random: Random): Promise<void> {
    const servers = (await api.get("/servers")).body.servers as { id: number }[];
    const [name, body] =
      one.plural === "servers"
        ? [random.pick(["poweroff", "poweron", "reset"]), undefined]
        : servers.length === 0 || random.next() < 0.5
          ? ["detach", undefined]
          : ["attach", { server: random.pick(servers).id, automount: true }];
    const answer = await api.post(`/${one.plural}/${one.id}/actions/${name}`, body);
    if (answer.status === 201) await api.ended(answer.body.action);
  }

  /** Each server as the API shows it: on or off, and its volumes while it is on. */
  const shown = async (api: Client) =>
    (await all(api, "servers"))
      .map(({ id, status, volumes }) => `${id} ${status} ${status === "off" ? "" : volumes.sort()}`)
      .sort();
  /** The same as Docker shows it. */
  const found = () => {
    const format = `{{.ID}} {{.Label "onebox.server"}} {{.State}}`;
    const filters = ["--filter", `label=onebox.cloud=${cloud()}`];
    const lines = docker("ps", "--all", ...filters, "--format", format)
      .split("\n")
      .filter(Boolean);
    return lines
      .map((line) => {
        const [container = "", id, state] = line.split(" ");
        if (state !== "running") return `${id} off `;
        const names = docker("exec", container, "ls", "/mnt").split("\n").filter(Boolean);
        const volumes = names.map((name) => Number(name.replace("HC_Volume_", "")));
        return `${id} running ${volumes.sort()}`;
      })
      .sort();
  };

  it("leaves servers, their volumes and the API in agreement", async () => {
    const answers = await killAgainAndAgain({
      kills: KILLS,
      seed: SEED,
      clients: 3,
      longest: 4000,
      most: 3,
      launch: () => launch(data, ["--driver", "docker", "--no-registry"]),
      bodies: {
        servers: () => ({ server_type: "cx23", image: "docker-ce", location: "fsn1" }),
        volumes: () => ({ size: 10, location: "fsn1", format: "ext4" }),
      },
      act,
      async check(api) {
        const agree = async () => (await shown(api)).join("\n") === found().join("\n");
        await until("they agree", () => agree().catch(() => false)).catch(async () => {
          expect(found()).to.deep.equal(await shown(api));
        });
      },
    });
    expect(answers).to.be.at.least(Math.floor(KILLS / 2));
  });
});
