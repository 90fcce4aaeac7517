import { expect } from "chai";
import { serveMigrated, type TestApp } from "./serve.ts";

describe("the log", () => {
  let app: TestApp;
  before(async () => {
    app = await serveMigrated();
  });
  after(() => app.close());
  beforeEach(() => {
    app.lines.length = 0;
  });

  /** The lines about requests, once there are `count`: they are written after the answer. */
  const requests = async (count: number) => {
    for (;;) {
      const found = app.lines.filter((line) => line.msg === "request");
      if (found.length >= count) return found;
      await new Promise(setImmediate);
    }
  };

  it("has one line for each request, with the id that the answer carries", async () => {
    const first = await app.request("/links?secret=1");
    const second = await app.request("/nowhere");
    const lines = await requests(2);
    expect(lines).to.have.length(2);
    expect(lines[0]).to.include({
      method: "GET",
      path: "/links",
      status: 200,
      environment: "test",
    });
    expect(lines[0]).to.have.property("requestId", first.headers.get("x-request-id"));
    expect(lines[1]).to.include({ path: "/nowhere", status: 404, level: 30 });
    expect(lines[1]).to.have.property("requestId", second.headers.get("x-request-id"));
    expect(JSON.stringify(lines)).to.not.include("secret");
  });

  it("takes over a sane request id and replaces any other", async () => {
    for (const [given, kept] of [
      ["Trace.1_a-b", true],
      ["a b", false],
      ["x".repeat(101), false],
    ] as const) {
      const answer = await app.request("/version", { headers: { "X-Request-Id": given } });
      expect(answer.headers.get("x-request-id") === given).to.equal(kept);
    }
  });

  it("keeps probes that succeed at debug level", async () => {
    await app.request("/healthz");
    expect((await requests(1))[0]).to.include({ path: "/healthz", level: 20 });
  });
});
