import { expect } from "chai";
import { Edge } from "./edge.ts";
import { filesOf, lead } from "./release.ts";

describe("requests that wait for the database, in Traefik", () => {
  const edge = new Edge();
  const file = "stage.hold.yml";
  const route = filesOf(edge)("hold.blue");
  const hold = (text = route) => edge.place(file, text, "stage-hold", "stage-blue");

  before(async () => {
    await edge.start();
    await lead(edge, "blue");
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
    await hold(route.replace('"seconds":"30"', '"seconds":"1"'));
    const { status, headers } = await edge.ask();
    expect(status).to.equal(503);
    expect(headers).to.include({ "retry-after": "5", "cache-control": "no-store" });
  });
});
