import { expect } from "chai";
import type { Link } from "../links.ts";
import { json, serveMigrated, type TestApp } from "./serve.ts";

describe("a redirect", () => {
  let app: TestApp;
  before(async () => {
    app = await serveMigrated();
    await app.post("/links", { url: "https://example.com/ä?q=1#x", slug: "there" });
  });
  after(() => app.close());
  beforeEach(() => app.database("links").update({ hits: 0 }));

  const hits = async () => (await json<Link[]>(await app.request("/links")))[0]?.hits;

  it("leads to the url and is counted", async () => {
    const answer = await app.request("/there");
    expect(answer.status).to.equal(302);
    expect(answer.headers.get("location")).to.equal("https://example.com/%C3%A4?q=1#x");
    expect(answer.headers.get("cache-control")).to.equal("no-store");
    expect(await hits()).to.equal(1);
  });

  it("is not counted for HEAD", async () => {
    const answer = await app.request("/there", { method: "HEAD" });
    expect(answer.status).to.equal(302);
    expect(await hits()).to.equal(0);
  });

  it("is counted every time when many come at the same time", async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => app.request("/there")));
    expect(answers.every((answer) => answer.status === 302)).to.equal(true);
    expect(await hits()).to.equal(200);
  });

  for (const path of ["/nowhere", "/There", "/there/more", "/%00", "/%ff", "/favicon.ico"]) {
    it(`does not exist for ${path}`, async () => {
      expect((await app.request(path)).status).to.equal(404);
    });
  }
});
