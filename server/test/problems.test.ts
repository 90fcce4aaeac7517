import { expect } from "chai";
import { createTestDatabase } from "./database.ts";
import { json, type ProblemBody, serve, serveMigrated, type TestApp } from "./serve.ts";

describe("a problem", () => {
  let app: TestApp;
  before(async () => {
    app = await serveMigrated();
  });
  after(() => app.close());

  it("is told as problem+json with the request's id", async () => {
    const answer = await app.request("/a/b", { headers: { "X-Request-Id": "abc-1" } });
    expect(answer.headers.get("content-type")).to.equal("application/problem+json");
    expect(await json<ProblemBody>(answer)).to.deep.equal({
      type: "about:blank",
      title: "Not Found",
      status: 404,
      detail: "GET /a/b is not available.",
      requestId: "abc-1",
    });
  });

  it("is 405 for a method that a path does not have, with those that it has", async () => {
    const answer = await app.request("/links", { method: "PUT" });
    expect(answer.status).to.equal(405);
    expect(answer.headers.get("allow")?.split(", ")).to.have.members(["GET", "HEAD", "POST"]);
    expect((await json<ProblemBody>(answer)).title).to.equal("Method Not Allowed");
    expect((await app.request("/some-slug", { method: "DELETE" })).status).to.equal(405);
  });

  it("is 500 without inner details when it is unexpected", async () => {
    const { url, drop } = await createTestDatabase();
    const broken = await serve(url); // no migrations, so no table
    try {
      const answer = await broken.request("/links");
      expect(answer.status).to.equal(500);
      const text = await answer.text();
      expect(text).to.not.match(/relation|select|postgres|\.ts/i);
      const error = broken.lines.find((line) => line.msg === "unexpected error");
      expect(error).to.have.property("requestId", JSON.parse(text).requestId);
      expect(error)
        .to.have.nested.property("err.message")
        .that.matches(/relation "links"/);
    } finally {
      await broken.close();
      await drop();
    }
  });
});
