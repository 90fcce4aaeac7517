import { expect } from "chai";
import { Edge } from "./edge.ts";
import { filesOf } from "./release.ts";

const releases = { blue: "000000000000-b1ue", green: "000000000000-9ree" };

describe("the routes, in Traefik", () => {
  const edge = new Edge();

  /** One of the lines that a release brings: slots blue and green hold a release each. */
  function line(name: string): string {
    const slot = name.endsWith("blue") ? "blue" : "green";
    return filesOf(edge, { release: releases[slot] })(name);
  }

  const lead = (way: string, service: string) =>
    edge.place("stage.yml", line(way), "stage", service);

  /** The slots that answer a number of requests, with how often each did. */
  async function slots(count: number, headers?: Record<string, string>) {
    const seen: Record<string, number> = {};
    for (let i = 0; i < count; i++) {
      const { status, slot } = await edge.ask("GET", headers);
      expect(status).to.equal(200);
      seen[slot] = (seen[slot] ?? 0) + 1;
    }
    return seen;
  }

  before(async () => {
    await edge.start();
    await edge.place("stage.blue.yml", line("slot.blue"), "api", "api@internal");
    await edge.place("stage.green.yml", line("slot.green"), "api", "api@internal");
  });
  after(() => edge.stop());

  for (const slot of ["blue", "green"] as const) {
    it(`route.${slot} leads to ${slot}, which names its release`, async () => {
      await lead(`route.${slot}`, `stage-${slot}`);
      const { headers, ...answer } = await edge.ask();
      expect(answer).to.include({ status: 200, slot });
      expect(headers["x-onebox-release"]).to.equal(releases[slot]);
      expect(await edge.ask("POST")).to.include({ status: 200, slot });
    });
  }

  describe("watch.green", () => {
    before(async () => {
      await lead("route.blue", "stage-blue");
      await edge.place("stage.yml", line("watch.green"), "stage-reads", "stage-watched");
    });

    it("leads reads to the new release", async () => {
      for (const method of ["GET", "HEAD"]) {
        const { slot, headers } = await edge.ask(method);
        expect(slot, method).to.equal("green");
        expect(headers["x-onebox-release"]).to.equal(releases.green);
      }
    });

    it("leads writes to the old one", async () => {
      for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        expect((await edge.ask(method)).slot, method).to.equal("blue");
      }
    });

    for (const behaviour of ["500", "500 in pieces", "503", "dead"]) {
      it(`leads reads to the old one when the new one is ${behaviour}`, async () => {
        const { headers, ...answer } = await edge.ask("GET", { "x-green": behaviour });
        expect(answer).to.include({ status: 200, slot: "blue" });
        expect(headers["x-onebox-release"]).to.equal(releases.blue);
      });
    }

    it("shows what is no error of the new one's as it is", async () => {
      expect(await edge.ask("GET", { "x-green": "404" })).to.include({
        status: 404,
        slot: "green",
      });
    });

    it("leads an upgrade to the old one, past the failover, which could not repeat it", async () => {
      const answer = await edge.ask("GET", { connection: "Upgrade", upgrade: "test" });
      expect(answer).to.include({ status: 101, slot: "blue" });
    });

    it("leaves streams to the old one, which lasts at least until they may end", async () => {
      const answer = await edge.ask("GET", { accept: "text/event-stream" });
      expect(answer).to.include({ status: 200, slot: "blue" });
    });

    it("loses no read when the new one is gone altogether", async () => {
      edge.killSlot("green");
      try {
        expect(await slots(5)).to.deep.equal({ blue: 5 });
      } finally {
        edge.startSlot("green");
      }
    });
  });

  it("canary.green gets its share", async () => {
    await lead("canary.green", "stage-canary");
    const { green = 0, blue = 0 } = await slots(100);
    expect(green + blue).to.equal(100);
    expect(green).to.be.within(15, 25); // Traefik takes turns: exact but for where it begins
  });

  it("canary-sticky.green lets a visitor stay where the first request went", async () => {
    await lead("route.blue", "stage-blue");
    await lead("canary-sticky.green", "stage-canary");
    const met = new Set<string>();
    for (let visitor = 0; visitor < 10; visitor++) {
      const first = await edge.ask();
      const cookie = first.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
      expect(cookie).to.match(/^stage-release=/);
      expect(await slots(5, { cookie })).to.deep.equal({ [first.slot]: 5 });
      met.add(first.slot);
    }
    expect([...met]).to.have.members(["blue", "green"]);
  });

  for (const kind of ["route", "watch", "canary", "canary-sticky"]) {
    for (const slot of ["blue", "green"]) {
      it(`${kind}.${slot} is taken without a complaint`, async () => {
        const service =
          { route: slot, watch: slot === "blue" ? "green" : "blue" }[kind] ?? "canary";
        await lead(`${kind}.${slot}`, `stage-${service}`);
        const broken = (await edge.routers()).filter(({ status }) => status !== "enabled");
        expect(broken).to.deep.equal([]);
        expect(edge.complaints()).to.deep.equal([]);
      });
    }
  }
});
