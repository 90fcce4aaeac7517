import { expect } from "chai";
import { json, type ProblemBody, serveMigrated, type TestApp } from "./serve.ts";

describe("the input", () => {
  let app: TestApp;
  before(async () => {
    app = await serveMigrated();
  });
  after(() => app.close());

  const url = "https://example.com";
  const bad: [string, unknown, string[]][] = [
    ["no url", {}, ["url"]],
    ["a url that is none", { url: "example" }, ["url"]],
    ["a javascript url", { url: "javascript:alert(1)" }, ["url"]],
    ["a file url", { url: "file:///etc/passwd" }, ["url"]],
    ["a url of 2001 characters", { url: url.padEnd(2001, "/") }, ["url"]],
    ["a url that is a number", { url: 1 }, ["url"]],
    ["a slug with a slash", { url, slug: "a/b" }, ["slug"]],
    ["a slug with a NUL", { url, slug: "a\u0000" }, ["slug"]],
    ["a slug of 65 characters", { url, slug: "a".repeat(65) }, ["slug"]],
    ["a slug that is a route", { url, slug: "healthz" }, ["slug"]],
    ["a slug that is a route in capitals", { url, slug: "Links" }, ["slug"]],
    ["both wrong", { url: "x", slug: "?" }, ["url", "slug"]],
    ["an unknown field", { url, slogan: "x" }, [""]],
    ["a list", [], [""]],
  ];
  for (const [name, body, fields] of bad) {
    it(`is refused: ${name}`, async () => {
      const answer = await app.post("/links", body);
      expect(answer.status).to.equal(422);
      const { errors } = await json<ProblemBody>(answer);
      expect(errors?.map((error) => error.field)).to.deep.equal(fields);
    });
  }

  it("may be as long as the limits", async () => {
    const longest = { url: url.padEnd(2000, "/"), slug: "a".repeat(64) };
    expect((await app.post("/links", longest)).status).to.equal(201);
  });

  it("is refused when it is not what it says it is", async () => {
    const answer = await app.post("/links", "{");
    expect(answer.status).to.equal(400);
  });

  it("is refused above 16 KB", async () => {
    const answer = await app.post("/links", { url: url.padEnd(17_000, "/") });
    expect(answer.status).to.equal(413);
  });

  it("is refused as another type", async () => {
    const headers = { "Content-Type": "text/plain" };
    const answer = await app.request("/links", { method: "POST", headers, body: url });
    expect(answer.status).to.equal(415);
  });

  it("is refused when there is none", async () => {
    expect((await app.request("/links", { method: "POST" })).status).to.equal(415);
  });
});
