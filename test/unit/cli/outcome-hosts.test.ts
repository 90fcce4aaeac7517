import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { isServed, type Outcome, verify } from "../../../cli/outcome.ts";
import { loadProject } from "../../../cli/project.ts";
import type { Step } from "../../../cli/steps.ts";
import type { Vm } from "../../../cli/vm/vm.ts";
import { root } from "../../../config/load.ts";

describe("an environment of several hosts", function () {
  this.timeout(60_000);

  let directory: string;
  let edge: Server;
  let outcome: Outcome;
  /** The release that answers for each host. */
  const releases: Record<string, string> = {};
  /** For each host, how often it answers wrongly before. */
  const late: Record<string, number> = {};
  let asked: string[];
  let said: string;
  let step: Step;

  /** Time passes so many times as fast: a host that answers wrongly is asked again for a while. */
  let speed = 20;
  const { now } = performance;
  before(async () => {
    performance.now = () => now.call(performance) * speed;
    directory = mkdtempSync(join(tmpdir(), "onebox-hosts-"));
    const socket = join(directory, "socket");
    edge = createServer((request, response) => {
      const { host = "" } = request.headers;
      asked.push(host);
      const isLate = (late[host] ?? 0) > 0;
      if (isLate) late[host] = (late[host] ?? 0) - 1;
      if (releases[host] === "maintenance") response.setHeader("x-onebox-maintenance", "on");
      else response.setHeader("x-onebox-release", releases[host] ?? "");
      response.writeHead(isLate ? 404 : 200).end();
    }).listen(socket);
    await once(edge, "listening");
    const project = await loadProject(root, `${root}/test/fixtures/shipped.config.ts`);
    outcome = {
      ...{ project, environment: "stage", address: "192.0.2.1" },
      hosts: ["shop.test", "www.shop.test", "shop.example"],
      release: { name: "new-1", image: "i", commit: "c" },
      via: { tunnel: async () => socket } as unknown as Vm,
    };
  });
  after(() => {
    performance.now = now;
    edge.closeAllConnections();
    edge.close();
    rmSync(directory, { recursive: true });
  });
  beforeEach(() => {
    speed = 20;
    asked = [];
    said = "";
    step = { output: (text: string) => (said += text), note: "" } as unknown as Step;
    for (const host of outcome.hosts) {
      releases[host] = "new-1";
      late[host] = 0;
    }
  });

  it("is served when each of them answers with the release", async () => {
    await verify(outcome, step);
    expect(step.note).to.equal("shop.test answers with new-1");
    expect(said).to.equal("shop.test at 192.0.2.1: HTTP 200\n");
    expect(new Set(asked)).to.deep.equal(new Set(outcome.hosts));
    expect(await isServed(outcome)).to.equal(true);
  });

  it("is not served when one of them answers with another release, whichever it is", async () => {
    releases["old.test"] = "old-1";
    const orders: Outcome["hosts"][] = [
      ["old.test", "shop.test", "www.shop.test"],
      ["shop.test", "old.test", "www.shop.test"],
      ["shop.test", "www.shop.test", "old.test"],
    ];
    const seen = orders.map(async (hosts) => {
      const refused = verify({ ...outcome, hosts }, step).then(
        () => "served",
        (error: Error) => error.message,
      );
      return [await refused, await isServed({ ...outcome, hosts })];
    });
    const { readiness } = outcome.project.config.app;
    const said = `old.test at 192.0.2.1 does not answer 200 on ${readiness} with release new-1, but: HTTP 200`;
    expect(await Promise.all(seen)).to.deep.equal(orders.map(() => [said, false]));
  });

  it("is served when one of them is a moment late", async () => {
    speed = 1; // however busy this computer is
    late["www.shop.test"] = 2;
    await verify(outcome, step);
    late["shop.example"] = 2;
    expect(await isServed(outcome)).to.equal(true);
  });

  it("is served behind the page of maintenance, and that is said", async () => {
    for (const host of outcome.hosts) releases[host] = "maintenance";
    await verify(outcome, step);
    expect(step.note).to.equal("shop.test is in maintenance; new-1 is behind it");
    expect(await isServed(outcome)).to.equal(true);
  });
});
