import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { compareLedger } from "./load/ledger.ts";
import { type Load, startLoad } from "./load/load.ts";
import { tally } from "./load/tally.ts";
import { figures } from "./shared.ts";

describe("Traefik itself, replaced under a constant load", () => {
  let load: Load;

  before(async () => {
    await stage.images(1);
    const { address } = await stage.serving();
    load = startLoad({ address, host: stage.host });
    await sleep(2000);
  });
  after(() => load?.stop());

  const traefik = () => stage.onVm("docker inspect -f '{{.Id}}' onebox-traefik");
  const leftovers = () =>
    stage.onVm("docker ps -aq --filter name=onebox-relief; iptables-save | grep RELIEF || true");

  it("goes on when the replacing is killed half-way", async () => {
    await stage.onVm(`setsid /opt/onebox/bin/replace-traefik --again >/dev/null 2>&1 &
      for _ in $(seq 600); do iptables -w -t nat -C PREROUTING -j ONEBOX-RELIEF 2>/dev/null && break; sleep 0.1; done
      sleep 1; kill -9 -- -$!`);
    expect(await leftovers()).not.to.equal("");
    await sleep(3000);
  });

  it("is another one after the next deploy, which brings another configuration", async () => {
    const before = await traefik();
    const file = "traefik/traefik.yml";
    const text = readFileSync(join(stage.clone.directory, file), "utf8");
    stage.clone.write(file, `${text}# A remark.\n`);
    stage.clone.commit("Change Traefik's configuration");
    await stage.run("deploy.sh", "stage", "--image", (await stage.serving()).image);
    expect(await traefik()).not.to.equal(before);
    expect(await leftovers()).to.equal("");
  });

  it("lost no request and no write", async () => {
    await sleep(2000);
    const samples = await load.stop();
    const result = tally(samples);
    figures.push({ way: "Traefik replaced", switches: 3, tally: result });
    const why = result.failed > 0 ? [...result.examples, await stage.edgeTrouble()] : [];
    expect(result.failures, why.join("\n")).to.deep.equal({});
    expect(result.wrong, result.examples.join("\n")).to.equal(0);
    const ledger = compareLedger(load.run, samples, await stage.urlsOf(load.run));
    expect([...ledger.lost, ...ledger.doubled, ...ledger.strangers]).to.deep.equal([]);
  });
});
