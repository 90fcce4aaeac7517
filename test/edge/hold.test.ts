import { expect } from "chai";
import { renderRoutes } from "../../cli/release/routes.ts";
import { limits, plainApp } from "../support/limits.ts";
import { Edge } from "./edge.ts";

describe("requests that wait for the database, in Traefik", () => {
  const edge = new Edge();
  const file = "stage.hold.yml";
  const lines = renderRoutes({
    environment: "stage",
    hosts: { own: edge.host, all: [edge.host], redirects: [] },
    https: false,
    app: plainApp,
    paths: [],
    release: "000000000000-b1ue",
    limits: { of: limits, proxies: [], longest: 600 },
  }).split("\n");
  const line = (name: string) =>
    lines.find((text) => text.startsWith(`${name} `))?.slice(name.length) ?? "";
  const hold = (text = line("hold.blue")) => edge.place(file, text, "stage-hold", "stage-blue");

  before(async () => {
    await edge.start();
    await edge.place("stage.blue.yml", line("slot.blue"), "api", "api@internal");
    await edge.place("stage.yml", line("route.blue"), "stage", "stage-blue");
  });
  after(() => edge.stop());
  afterEach(() => edge.remove(file, "stage-hold"));

  it("are answered by the app once the file is gone, whatever their method", async () => {
    await hold();
    let answered = 0;
    const methods = Array.from({ length: 100 }, () => ["GET", "POST", "DELETE"]).flat();
    const asked = methods.map(async (method) => {
      const answer = await edge.ask(method);
      answered++;
      return answer;
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(answered).to.equal(0);
    await edge.remove(file, "stage-hold");
    for (const { status, slot } of await Promise.all(asked)) {
      expect([status, slot]).to.deep.equal([200, "blue"]);
    }
    expect(edge.complaints()).to.deep.equal([]);
  });

  it("get 503, and when to try again, when it takes too long", async () => {
    await hold(line("hold.blue").replace('"seconds":"30"', '"seconds":"1"'));
    const { status, headers } = await edge.ask();
    expect(status).to.equal(503);
    expect(headers).to.include({ "retry-after": "5", "cache-control": "no-store" });
  });
});
