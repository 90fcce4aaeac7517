import { expect } from "chai";
import { type Maintenance, renderMaintenance } from "../../cli/maintenance.ts";
import { Edge } from "./edge.ts";
import { lead } from "./release.ts";

describe("maintenance, in Traefik", () => {
  const edge = new Edge();
  const message = `<script>alert("&")</script> {{ env "PATH" }} läuft`;

  async function on(more: Partial<Maintenance> = {}): Promise<void> {
    await edge.remove("stage.maintenance.yml", "stage-maintenance");
    const maintenance = { message, retryAfter: 120, allow: [], ...more };
    const text = renderMaintenance(
      { environment: "stage", hosts: [edge.host], https: false, proxied: false },
      maintenance,
    );
    await edge.place("stage.maintenance.yml", text, "stage-maintenance", "stage-maintenance");
  }

  before(async () => {
    await edge.start();
    await lead(edge, "blue");
  });
  after(() => edge.stop());

  it("answers every method with 503, when to try again, and a page", async () => {
    await on();
    for (const method of ["GET", "POST", "DELETE"]) {
      const { status, headers, body } = await edge.ask(method);
      expect(status, method).to.equal(503);
      expect(headers).to.include({ "retry-after": "120", "x-onebox-maintenance": "on" });
      expect(headers["content-type"]).to.equal("text/html; charset=utf-8");
      expect(headers["cache-control"]).to.equal("no-store");
      expect(body).to.match(/^<!doctype html>/);
    }
    expect(edge.complaints()).to.deep.equal([]);
  });

  it("shows the message as it was given, and runs nothing of it", async () => {
    const { body } = await edge.ask();
    expect(body).to.include("&#60;script&#62;alert(&#34;&#38;&#34;)&#60;/script&#62;");
    expect(body).to.include("{{ env &#34;PATH&#34; }} läuft");
  });

  it("answers a program that asks for JSON with a problem", async () => {
    for (const accept of [
      "application/json",
      "application/problem+json;q=0.9, */*",
      "text/plain, application/json",
    ]) {
      const { status, headers, body } = await edge.ask("GET", { accept });
      expect(status).to.equal(503);
      expect(headers["content-type"], accept).to.equal("application/problem+json");
      expect(JSON.parse(body)).to.include({ status: 503, detail: message });
    }
  });

  it("answers whoever does not prefer JSON with the page", async () => {
    for (const accept of [
      "*/*",
      "text/html,application/json",
      "application/json;q=0.5,text/html",
    ]) {
      const { headers } = await edge.ask("GET", { accept });
      expect(headers["content-type"], accept).to.match(/^text\/html/);
    }
  });

  it("lets allowed addresses and networks through, and nobody else", async () => {
    await edge.remove("stage.maintenance.yml", "stage-maintenance");
    const { status, body: mine } = await edge.ask();
    expect(status).to.equal(200);
    for (const address of [mine, `${mine}/32`]) {
      await on({ allow: ["192.0.2.0/24", address] });
      expect(await edge.ask(), address).to.include({ status: 200, slot: "blue" });
    }
    await on({ allow: ["192.0.2.0/24", "2001:db8::/32"] });
    expect((await edge.ask()).status).to.equal(503);
  });

  it("leaves other hosts alone, and the app as soon as it is over", async () => {
    expect((await edge.ask("GET", { host: "prod.onebox.test" })).status).to.equal(404);
    await edge.remove("stage.maintenance.yml", "stage-maintenance");
    expect(await edge.ask()).to.include({ status: 200, slot: "blue" });
  });
});
