import { expect } from "chai";
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
    const cloud = await startCloud();
    cloud.clock.hold();
    const answers = [];
    for (let n = 0; n < 3650; n++) answers.push((await cloud.api.get("/locations/1")).status);
    expect(new Set(answers)).to.deep.equal(new Set([200]));
    expect(left(await cloud.api.get("/locations"))).to.equal(0);
    await cloud.stop();
  });
});
