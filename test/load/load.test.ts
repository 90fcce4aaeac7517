import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { poll } from "../../cli/poll.ts";
import { compareLedger } from "../traffic/load/ledger.ts";
import { startLoad } from "../traffic/load/load.ts";
import { clock, type Sample, urlOf } from "../traffic/load/plan.ts";
import { tally } from "../traffic/load/tally.ts";

type Fault = "none" | "cut" | "silence" | "error" | "wrong";

/** Answers as the app does, or as a broken one. */
async function appWith(release: string): Promise<{
  server: Server;
  port: number;
  fail(f: Fault): void;
  met(): number;
  served(): number;
}> {
  const links = new Map<string, string>();
  let fault: Fault = "none";
  let met = 0;
  let served = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = request.url ?? "";
    response.setHeader("x-onebox-release", release);
    if (fault === "none") served++;
    else met++;
    if (fault === "cut") return request.socket.destroy();
    if (fault === "silence") return;
    if (fault === "error") return response.writeHead(502).end("Bad Gateway");
    if (fault === "wrong") return response.end("{}");
    if (url === "/version") return response.end(JSON.stringify({ release }));
    if (url === "/") return response.end(`<dd>${release}</dd></html>`);
    if (url.startsWith("/slow")) return sleep(2000).then(() => response.end('{"slept":2000}'));
    if (request.method === "POST") {
      const sent = JSON.parse(String(await request.toArray().then(Buffer.concat)));
      const link = { url: sent.url, slug: sent.slug ?? `free${links.size}` };
      links.set(link.slug, link.url);
      return response.writeHead(201).end(JSON.stringify(link));
    }
    return response.writeHead(302, { location: links.get(url.slice(1)) }).end();
  };
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { server, port, fail: (wanted) => (fault = wanted), met: () => met, served: () => served };
}

/** What a load saw of a fault. */
interface Seen {
  samples: Sample[];
  /** How many requests met the fault, and for how long it was there (ms). */
  met: number;
  lasted: number;
}

const until = async (holds: () => boolean) =>
  expect(await poll(holds, Boolean, { within: 60_000, pause: 10 })).to.equal(true);

/** A load of about 200 requests, with a fault for a quarter of them. */
async function loadWith(fault: Fault): Promise<Seen> {
  const { server, port, fail, met, served } = await appWith("one");
  const more = async (count: number) => {
    const before = served() + met();
    await until(() => served() + met() >= before + count);
  };
  try {
    const load = startLoad({ address: "127.0.0.1", host: "app", port, seconds: 600 });
    await more(100);
    const from = clock();
    fail(fault);
    await more(50);
    fail("none");
    const lasted = clock() - from;
    if (fault === "silence") server.closeAllConnections();
    await more(50);
    return { samples: await load.stop(), met: met(), lasted };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** The pause is as long as the fault, but for how late answers came anyway, and for the time between two. */
function expectPause({ samples, lasted }: Seen): void {
  const good = samples.filter(({ kind, failure, wrong }) => kind !== "slow" && !failure && !wrong);
  const late = Math.max(...good.map(({ due, done }) => done - due));
  expect(tally(samples).pause).to.be.within(lasted - late, lasted + 2 * late + 50);
}

describe("the load", () => {
  it("arrives at a constant rate, in its five kinds, half of it on fresh connections", async () => {
    const { samples } = await loadWith("none");
    const { sent, failed, wrong, releases, examples } = tally(samples, ["one"]);
    expect([failed, wrong, ...examples]).to.deep.equal([0, 0]);
    const span = ((samples.at(-1)?.due ?? 0) - (samples[0]?.due ?? 0)) / 1000;
    expect((sent - 1) / span).to.be.closeTo(100, 0.1);
    expect(releases).to.deep.equal({ one: sent });
    const share = (test: (sample: Sample) => boolean) => samples.filter(test).length / sent;
    expect(share(({ kind }) => kind === "post")).to.be.closeTo(0.2, 0.02);
    expect(share(({ kind }) => kind === "slow")).to.be.closeTo(0.1, 0.02);
    expect(share(({ kind }) => kind === "version")).to.be.closeTo(0.1, 0.02);
    for (const wanted of ["page", "follow", "post", "slow", "version"] as const) {
      const some = samples.filter(({ kind }) => kind === wanted);
      expect(some.filter(({ fresh }) => fresh).length / some.length).to.be.closeTo(0.5, 0.1);
    }
  });

  for (const fault of ["cut", "error"] as const) {
    it(`counts a failure for every request that gets ${fault}, and the pause`, async () => {
      const seen = await loadWith(fault);
      expect(seen.met).to.be.at.least(50);
      // A connection that is cut may take a request with it that was just to be sent.
      expect(tally(seen.samples).failed).to.be.within(seen.met, seen.met * 1.2);
      expectPause(seen);
    });
  }

  it("counts requests that are never answered, and the pause", async () => {
    const seen = await loadWith("silence");
    expect(seen.met).to.be.at.least(50);
    // When the connections are closed at its end, slow requests that began before it fail as well.
    const slow = seen.samples.filter(({ kind }) => kind === "slow").length;
    expect(tally(seen.samples).failed).to.be.within(seen.met, seen.met * 1.2 + slow);
    expectPause(seen);
  });

  it("counts wrong answers apart from failed requests", async () => {
    const { samples, met } = await loadWith("wrong");
    const { failed, wrong } = tally(samples);
    expect(failed + wrong).to.equal(met);
    expect(wrong / met).to.be.within(0.3, 0.6); // the statuses 201 and 302 are missed as well
  });

  it("counts answers of a release that must not answer", async () => {
    const { samples } = await loadWith("none");
    const { sent, wrong } = tally(samples, ["two"]);
    expect(sent).to.be.above(50);
    expect(wrong).to.equal(sent);
  });

  it("finds writes that were lost, doubled or never sent", () => {
    const post = (n: number, status: number): Sample => {
      return { n, kind: "post", fresh: true, due: 0, sent: 0, done: 1, status };
    };
    const url = (n: number) => urlOf("run", n);
    const samples = [post(2, 201), post(8, 201), post(12, 201), post(18, 0)];
    const rows = [url(2), url(8), url(8), url(18), url(99)];
    expect(compareLedger("run", samples, rows)).to.deep.equal({
      acknowledged: 3,
      lost: [url(12)],
      doubled: [url(8)],
      strangers: [url(99)],
    });
  });

  it("ends when its time is over, and when its parent tells it nothing more", async () => {
    const { server, port } = await appWith("one");
    const load = startLoad({ address: "127.0.0.1", host: "app", port, seconds: 1 });
    await load.ended;
    const { sent, failed, lagMax } = tally(await load.stop());
    server.close();
    expect([sent, failed]).to.deep.equal([sent, 0]);
    expect(sent).to.be.within(100, 102 + lagMax / 10); // one that is held up catches up
  });
});
