import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { ApiError, CloudApi } from "../../../cli/hcloud/api.ts";

describe("the Cloud API", () => {
  let server: Server;
  let answers: { status?: number; body: unknown }[];
  let asked: string[];
  let api: CloudApi;

  before((done) => {
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      const { status = 200, body } = answers.shift() ?? { status: 500, body: "" };
      response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
    }).listen(0, "127.0.0.1", () => {
      api = new CloudApi(
        `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`,
        "secret",
      );
      done();
    });
  });
  beforeEach(() => {
    asked = [];
  });
  after(() => server.close());

  const failure = (promise: Promise<unknown>) =>
    promise.then(
      () => expect.fail("it went well"),
      (error: unknown) => error,
    );

  it("is read to the last page", async () => {
    const page = (name: string, next: number | null) => ({
      body: { locations: [{ id: 1, name }], meta: { pagination: { page: 1, next_page: next } } },
    });
    answers = [page("fsn1", 2), page("nbg1", null)];
    expect(await api.list("locations", { name: "x&y" })).to.deep.equal([
      { name: "fsn1" },
      { name: "nbg1" },
    ]);
    expect(asked).to.deep.equal([
      "GET /v1/locations?name=x%26y&page=1&per_page=50 Bearer secret",
      "GET /v1/locations?name=x%26y&page=2&per_page=50 Bearer secret",
    ]);
  });

  it("counts a list without reading it", async () => {
    answers = [{ body: { servers: [{}], meta: { pagination: { total_entries: 7 } } } }];
    expect(await api.count("servers")).to.equal(7);
    expect(asked).to.deep.equal(["GET /v1/servers?per_page=1 Bearer secret"]);
  });

  const action = (status: string, more = {}) => ({ body: { action: { id: 9, status, ...more } } });

  it("has something done, and waits for it", async () => {
    answers = [action("running"), action("success")];
    await api.act("servers/1/actions/poweron");
    expect(asked.map((line) => line.split(" ")[1])).to.deep.equal([
      "/v1/servers/1/actions/poweron",
      "/v1/actions/9",
    ]);
  });

  it("says in one line why it refuses, fails, or cannot be read, without escape sequences", async () => {
    const error = { code: "locked", message: "server \u001b[2Jis locked" };
    const wrong: [{ status?: number; body: unknown }, RegExp][] = [
      [{ status: 423, body: { error } }, /HTTP 423: server is locked \(locked\)$/],
      [{ status: 502, body: "<html>" }, /HTTP 502; try again later$/],
      [
        { status: 401, body: { error } },
        /does not know HCLOUD_TOKEN; put a valid token into .env$/,
      ],
      [action("error", { error: { code: "x", message: "no room" } }), /poweron failed: no room$/],
      [{ body: { action: { id: "$(x)" } } }, /cannot be read$/],
    ];
    for (const [answer, line] of wrong) {
      answers = [answer];
      const caught = await failure(api.act("servers/1/actions/poweron"));
      expect(caught).to.be.instanceOf(ApiError);
      expect(`${caught}`).to.match(line).and.not.include("\u001b");
    }
    answers = [{ body: { servers: [{ id: 1 }] } }];
    expect(`${await failure(api.list("servers"))}`).to.match(/about servers cannot be read$/);
  });
});
