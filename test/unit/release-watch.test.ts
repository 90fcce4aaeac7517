import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { type Counts, metricsOf } from "../support/made-up-metrics.ts";
import { MadeUpVm } from "../support/made-up-vm.ts";

describe("a release that is watched", () => {
  let vm: MadeUpVm;
  const app = createServer((_, response) => response.end('{"release":"next"}'));
  before(() => once(app.listen(0, "127.0.0.1"), "listening"));
  after(() => app.close());
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.lead("route.blue");
    vm.bring("incoming", "next", (app.address() as AddressInfo).port);
  });
  afterEach(() => vm.remove());

  const none = metricsOf({});
  const counts = (requests: number, errors: number, mean: number): Counts => ({
    requests,
    errors,
    mean,
  });

  function count(services: Record<string, Counts>): void {
    vm.write("metrics", none);
    vm.write("metrics.next", metricsOf(services));
  }
  /** Releases while Traefik counts so: blue has the old release, green the new one. */
  function released(services: Record<string, Counts>) {
    count(services);
    return vm.run("release", [], { ONEBOX_INCOMING: join(vm.state, "incoming") });
  }
  /** Does of that only what watches: the rest is the same whatever is counted. */
  function watched(services: Record<string, Counts>) {
    count(services);
    vm.lead("watch.green");
    vm.write("onebox-stage-green", "next\n");
    vm.program("try", ["lib/environment", "edge/traefik", "release/watch"], "watch green blue 1");
    return vm.run("try", [], { OLD_BEFORE: "0 0 0 0 0 0" });
  }

  for (const [does, errors] of [
    ["well, serves", 0],
    ["worse, is refused", 4],
  ] as const) {
    it(`and does ${does}`, async () => {
      const { code, output } = await released({ "green GET http": counts(20, errors, 5) });
      expect(code, output).to.equal(errors > 0 ? 1 : 0);
      expect(output.includes("error: release next is worse"), output).to.equal(errors > 0);
      expect(output.includes("stage serves next"), output).to.equal(errors === 0);
    });
  }

  for (const [what, services] of Object.entries<Record<string, Counts>>({
    "whose reads are as slow as before, beside writes that are quick": {
      "blue GET http": counts(50, 0, 900),
      "blue POST http": counts(1000, 0, 10),
      "green GET http": counts(20, 0, 900),
    },
    "whose reads fail as often as before, beside writes that do not": {
      "blue GET http": counts(50, 10, 5),
      "blue POST http": counts(1000, 0, 5),
      "green GET http": counts(20, 4, 5),
    },
    "whose reads are slow, while the old one had none to compare them with": {
      "blue POST http": counts(1000, 0, 10),
      "green HEAD http": counts(20, 0, 900),
    },
  })) {
    it(`and ${what}, is good enough`, async () => {
      const { code, output } = await watched(services);
      expect(code, output).to.equal(0);
    });
  }

  for (const [what, says, services] of [
    [
      "whose reads fail",
      "4 of its 20 reads were answered with errors (before: 0 of 50)",
      {
        "blue GET http": counts(50, 0, 5),
        "blue POST http": counts(50, 40, 5),
        "green GET http": counts(20, 4, 5),
      },
    ],
    [
      "whose reads are slow, beside streams and writes that are slower",
      "its 20 reads took 900 ms on average (before: 50 took 10 ms)",
      {
        "blue GET http": counts(50, 0, 10),
        "blue GET sse": counts(5, 0, 100_000),
        "blue GET websocket": counts(5, 0, 100_000),
        "blue POST http": counts(50, 0, 5000),
        "green GET http": counts(20, 0, 900),
      },
    ],
  ] as const) {
    it(`and ${what}, is refused, with the numbers`, async () => {
      const { code, output } = await watched(services);
      expect(code, output).to.equal(1);
      expect(output).to.include(`release next is worse than the one before: ${says}`);
    });
  }

  // Looks at the connections: as the watch begins, and then at its end, again and again.
  const waiting = `0\n${"40\n".repeat(50)}`;
  for (const [what, mean, connections, least] of [
    ["that wait as long as the old one's did, is good enough", 900, "0\n40\n0\n", undefined],
    ["that wait while the old one's were quick, is refused", 10, waiting, 1],
    ["that wait for far longer than the old one's, is refused then", 900, waiting, 4],
  ] as const) {
    it(`and has requests ${what}`, async () => {
      vm.write("connections", connections);
      const { code, output } = await watched({
        "blue GET http": counts(50, 0, mean),
        "green GET http": counts(1, 0, mean),
      });
      expect(code, output).to.equal(least === undefined ? 0 : 1);
      if (least === undefined) return;
      const why =
        /next is worse .*: 40 of its requests wait for an answer, 1 had one within (\d+) s$/m;
      expect(Number(why.exec(output)?.[1]), output).to.be.at.least(least);
    });
  }

  it("and whose writes fail, as a canary, is not promoted", async () => {
    vm.lead("canary.green");
    for (const slot of ["blue", "green"])
      vm.write(`base/env/stage/canary.${slot}`, "0 0 0 0 0 0\n");
    vm.write(
      "metrics",
      metricsOf({
        "blue GET http": counts(1000, 0, 5),
        "blue POST http": counts(40, 0, 5),
        "green GET http": counts(1000, 0, 5),
        "green POST http": counts(40, 4, 5),
      }),
    );
    const { code, output } = await vm.run("promote");
    expect(code, output).to.equal(1);
    expect(output).to.include(
      "the canary did worse: 4 of its 40 writes were answered with errors (before: 0 of 40)",
    );
  });
});
