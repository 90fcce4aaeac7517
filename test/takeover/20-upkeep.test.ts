import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { Stage } from "../support/stage.ts";

/** One visitor's request, on a connection of its own. */
interface Visit {
  began: number;
  ended: number;
  /** The status, or why there was none. */
  answer: string;
}

describe("a VM whose upgrades need a reboot", () => {
  let stage: Stage;
  let address: string;
  let release: string;

  before("deploys stage and prod", async () => {
    stage = new Stage();
    await stage.run("deploy.sh", "stage");
    ({ address, release } = await stage.serving());
    await stage.run("deploy.sh", "prod", "--image", (await stage.serving()).image);
  });
  after(() => stage?.remove());

  function visit(host: string): Promise<Visit> {
    const began = Date.now();
    const { promise, resolve } = Promise.withResolvers<Visit>();
    const end = (answer: string) => resolve({ began, ended: Date.now(), answer });
    const options = { host: address, path: "/readyz", headers: { host }, agent: false };
    get({ ...options, timeout: 120_000 }, (response) => {
      response.resume().on("end", () => end(`${response.statusCode}`));
    })
      .on("timeout", () => end("no answer"))
      .on("error", ({ message }) => end(message));
    return promise;
  }

  /** Has visitors while a VM reboots that was told to; only the reboot may be without an answer, and says how long it took. */
  async function rebootUnderVisitors(begin: string): Promise<void> {
    const now = await stage.onVm("date +%s"); // what is said of an earlier reboot does not count
    const said = `journalctl -q -o cat --since @${now} -u onebox-settle | grep -o 'the reboot took .*'`;
    const visits: Promise<Visit>[] = [];
    const hosts = [stage.host, "onebox.localhost"];
    const visitors = setInterval(
      () => visits.push(visit(hosts[visits.length % hosts.length] ?? "")),
      50,
    );
    await stage.onVm(begin);
    let length = "";
    for (const end = Date.now() + 600_000; length === "" && Date.now() < end; await sleep(1000))
      length = await stage.onVm(said).catch(() => "");
    await sleep(3000);
    clearInterval(visitors);
    const all = await Promise.all(visits);
    const without = all.filter(({ answer }) => answer !== "200");
    const [first] = without;
    const longest = Math.max(...all.map(({ began, ended }) => ended - began));
    const away = first ? Math.max(...without.map(({ ended }) => ended)) - first.began : 0;
    const answers = Map.groupBy(without, ({ answer }) => answer);
    const told = [...answers].map(([answer, { length }]) => `${length} ${answer}`).join("; ");
    console.log(
      `      ${length}; ${all.length} visits, ${without.length} without an answer, within ${away} ms; the longest waited ${longest} ms: ${told}`,
    );
    expect(length).to.match(/^the reboot took \d+ s/);
    // One of Traefik's own would be 404: it knew no route; or 502: the app was still starting.
    expect([...answers.keys()].filter((answer) => /^\d+$/.test(answer))).to.deep.equal([]);
    const seconds = Number(/\d+/.exec(length)?.[0]);
    // The first and the last of those without an answer may have waited as long as any other before them.
    const before = all.filter(({ ended }) => first !== undefined && ended < first.began);
    const slowest = Math.max(...before.map(({ began, ended }) => ended - began));
    expect(away).to.be.at.most(seconds * 1000 + 2 * Math.max(1000, slowest));
  }

  it("reboots in order by itself: only the reboot is without an answer, and its length is said", async () => {
    const upgrade =
      "printf '#!/bin/sh\\ntouch /run/reboot-required\\n' >/usr/local/sbin/unattended-upgrade";
    await stage.onVm(`${upgrade}; chmod 755 /usr/local/sbin/unattended-upgrade`);
    await rebootUnderVisitors(
      "systemd-run -q --unit=onebox-upkeep /opt/onebox/bin/upkeep 00:00-23:59 UTC",
    );
  });

  it("reboots in order when somebody tells it to: its databases are shut down, and not killed", async () => {
    await rebootUnderVisitors("systemd-run -q --on-active=1 systemctl reboot");
    for (const environment of ["stage", "prod"]) {
      const log = await stage.onVm(`docker logs --tail 60 onebox-${environment}-database 2>&1`);
      expect(log, environment).to.match(/database system was shut down at/);
      expect(log, environment).not.to.match(/was not properly shut down/);
    }
  });

  it("serves the release of before, by Docker with live-restore", async () => {
    expect(await stage.onVm("docker info -f '{{.LiveRestoreEnabled}}'")).to.equal("true");
    expect((await stage.serving()).release).to.equal(release);
  });
});
