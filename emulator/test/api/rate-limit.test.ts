import { expect } from "chai";
import type { ParameterizedContext } from "koa";
import { Clock } from "../../clock.ts";
import { REQUESTS_PER_HOUR, rateLimit } from "../../http/rate-limit.ts";
import { startCloud } from "../support/cloud.ts";

const left = ({ headers }: { headers: Headers }) => Number(headers.get("ratelimit-remaining"));

describe("the rate limit", () => {
  it("is Hetzner's, is told in every answer, and is regained by the second", async () => {
    const cloud = await startCloud();
    cloud.clock.hold();
    const first = await cloud.api.get("/locations");
    expect(first.headers.get("ratelimit-limit")).to.equal("3600");
    expect(left(first)).to.equal(3599);
    const now = cloud.clock.now().getTime() / 1000;
    expect(Number(first.headers.get("ratelimit-reset"))).to.equal(Math.ceil(now + 1));
    for (let n = 0; n < 3; n++) await cloud.api.get("/nothing");
    expect(left(await cloud.api.get("/locations"))).to.equal(3595);
    await cloud.clock.advance(3000);
    expect(left(await cloud.api.get("/locations"))).to.equal(3597);
    await cloud.stop();
  });

  it("refuses when it is wished, until time has passed", async () => {
    const cloud = await startCloud({ rateLimit: 5 });
    cloud.clock.hold();
    for (let n = 0; n < 5; n++) expect((await cloud.api.get("/locations")).status).to.equal(200);
    const refused = await cloud.api.get("/locations");
    expect(refused.status).to.equal(429);
    expect(refused.body.error.code).to.equal("rate_limit_exceeded");
    expect(left(refused)).to.equal(0);
    await cloud.clock.advance(3_600_000 / 5);
    expect((await cloud.api.get("/locations")).status).to.equal(200);
    await cloud.stop();
  });

  it("without the wish refuses nobody", async () => {
    const clock = new Clock();
    clock.hold();
    const limit = rateLimit(clock, REQUESTS_PER_HOUR, false);
    const headers: Record<string, string> = {};
    const set = (more: object) => Object.assign(headers, more);
    const context = { state: { project: "one" }, set } as unknown as ParameterizedContext;
    let served = 0;
    for (let n = 0; n < 3650; n++) await limit(context, async () => void served++);
    expect(served).to.equal(3650);
    expect(headers["RateLimit-Remaining"]).to.equal("0");
  });
});
