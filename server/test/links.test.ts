import { expect } from "chai";
import type { Link } from "../links.ts";
import { json, type ProblemBody, serveMigrated, type TestApp } from "./serve.ts";

describe("links", () => {
  let app: TestApp;
  before(async () => {
    app = await serveMigrated();
  });
  after(() => app.close());
  beforeEach(() => app.database("links").delete());

  const list = async () => json<Link[]>(await app.request("/links"));

  it("are created with the slug that was asked for", async () => {
    const answer = await app.post("/links", { url: "https://example.com/a?b=c", slug: "first" });
    expect(answer.status).to.equal(201);
    expect(answer.headers.get("location")).to.equal("/first");
    const link = await json<Link>(answer);
    expect(link).to.include({ slug: "first", url: "https://example.com/a?b=c", hits: 0 });
    expect(await list()).to.deep.equal([link]);
  });

  it("get a free slug when none was asked for", async () => {
    const slugs = new Set<string>();
    for (let count = 0; count < 5; count++) {
      const { slug } = await json<Link>(await app.post("/links", { url: "https://example.com" }));
      expect(slug).to.match(/^[a-z2-9]{7}$/);
      slugs.add(slug);
    }
    expect(slugs.size).to.equal(5);
  });

  it("are not created twice", async () => {
    await app.post("/links", { url: "https://example.com/1", slug: "once" });
    const answer = await app.post("/links", { url: "https://example.com/2", slug: "once" });
    expect(answer.status).to.equal(409);
    expect((await json<ProblemBody>(answer)).errors).to.deep.equal([
      { field: "slug", message: "is taken" },
    ]);
    expect((await list())[0]?.url).to.equal("https://example.com/1");
  });

  it("exist once when many ask for the same slug at the same time", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        app.post("/links", { url: "https://example.com", slug: "race" }),
      ),
    );
    const created = answers.filter((answer) => answer.status === 201);
    expect(created).to.have.length(1);
    expect(answers.filter((answer) => answer.status === 409)).to.have.length(19);
  });

  it("are listed newest first, a hundred at most", async () => {
    const rows = Array.from({ length: 105 }, (_, index) => ({
      slug: `n${index}`,
      url: "https://example.com",
      created_at: new Date(2026, 0, 1, 0, index),
    }));
    await app.database("links").insert(rows);
    const links = await list();
    expect(links).to.have.length(100);
    expect(links.slice(0, 2).map((link) => link.slug)).to.deep.equal(["n104", "n103"]);
  });

  it("are gone once deleted", async () => {
    await app.post("/links", { url: "https://example.com", slug: "gone" });
    const answer = await app.request("/links/gone", { method: "DELETE" });
    expect(answer.status).to.equal(204);
    expect((await app.request("/links/gone", { method: "DELETE" })).status).to.equal(404);
    expect((await app.request("/gone")).status).to.equal(404);
    expect(await list()).to.deep.equal([]);
  });
});
