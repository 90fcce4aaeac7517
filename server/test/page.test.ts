import { createHash } from "node:crypto";
import { expect } from "chai";
import { serveMigrated, type TestApp } from "./serve.ts";

describe("the page", () => {
  let app: TestApp;
  before(async () => {
    app = await serveMigrated();
  });
  after(() => app.close());
  beforeEach(() => app.database("links").delete());

  const submit = (fields: Record<string, string>) =>
    app.request("/links", {
      method: "POST",
      headers: { Accept: "text/html,*/*;q=0.8" },
      body: new URLSearchParams(fields),
    });
  const page = async () => (await app.request("/")).text();

  it("says where it runs and shows the links with their hits", async () => {
    await app.database("links").insert({ slug: "seen", url: "https://example.com/seen", hits: 41 });
    const answer = await app.request("/");
    expect(answer.status).to.equal(200);
    expect(answer.headers.get("content-type")).to.equal("text/html; charset=utf-8");
    const text = await answer.text();
    for (const part of ["<dd>test</dd>", "<dd>test-1</dd>", "<dd>0123abc</dd>"]) {
      expect(text).to.include(part);
    }
    expect(text)
      .to.include('href="/seen"')
      .and.include("https://example.com/seen")
      .and.include(">41<");
  });

  it("allows exactly its own style and script", async () => {
    const answer = await app.request("/");
    const text = await answer.text();
    const hash = (element: string) => {
      const parts = text.split(new RegExp(`</?${element}>`));
      expect(parts).to.have.length(3);
      return createHash("sha256")
        .update(parts[1] ?? "")
        .digest("base64");
    };
    expect(answer.headers.get("content-security-policy"))
      .to.include("default-src 'none'")
      .and.include(`style-src 'sha256-${hash("style")}';`)
      .and.include(`script-src 'sha256-${hash("script")}';`)
      .and.include("connect-src 'self';");
  });

  it("adds a link by its form, without a slug too", async () => {
    const answer = await submit({ url: "https://example.com/form", slug: "" });
    expect(answer.status).to.equal(303);
    expect(answer.headers.get("location")).to.equal("/");
    expect(await page()).to.include("https://example.com/form");
  });

  it("comes back with what was typed when the form is wrong", async () => {
    const answer = await submit({ url: 'x"><script>', slug: "?" });
    expect(answer.status).to.equal(422);
    expect(answer.headers.get("content-type")).to.equal("text/html; charset=utf-8");
    const text = await answer.text();
    expect(text).to.include('role="alert"').and.include("must be an http or https URL");
    expect(text).to.include('value="x&quot;&gt;&lt;script&gt;"').and.not.include("><script>");
  });

  it("says so when the slug is taken", async () => {
    await submit({ url: "https://example.com", slug: "taken" });
    const answer = await submit({ url: "https://example.com", slug: "taken" });
    expect(answer.status).to.equal(409);
    expect(await answer.text()).to.include("slug is taken");
  });

  it("escapes what a link leads to", async () => {
    const url = "https://example.com/?a='<img src=x>&b=\"";
    await app.database("links").insert({ slug: "evil", url });
    const text = await page();
    expect(text).to.include("https://example.com/?a=&#39;&lt;img src=x&gt;&amp;b=&quot;");
    expect(text).to.not.include("<img");
  });
});
