import { expect } from "chai";
import { renderMaintenance } from "../../cli/maintenance.ts";
import { renderPreviewRoutes } from "../../cli/release/preview-routes.ts";
import { trustProxies } from "../../stacks/traefik.ts";
import { Edge } from "./edge.ts";
import { lead } from "./release.ts";

/** Where the tests themselves come from: Docker's networks. */
const proxies = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
const as = (...clients: string[]) => ({ "x-forwarded-for": clients.join(", ") });

describe("Traefik, behind a proxy that names the visitor", () => {
  const edge = new Edge((plain) => trustProxies(plain, proxies));
  before(async () => {
    await edge.start();
    await lead(edge, "blue");
  });
  after(() => edge.stop());

  it("lets through to an app in maintenance whom --allow names, and nobody who says so himself", async () => {
    const target = { environment: "stage", hosts: [edge.host], https: false, proxied: true };
    const allow = ["192.0.2.7", "2001:DB8::7"];
    const text = renderMaintenance(target, { message: "x", retryAfter: 60, allow });
    await edge.place("stage.maintenance.yml", text, "stage-maintenance", "stage-maintenance");
    const statusOf = async (...clients: string[]) => (await edge.ask("GET", as(...clients))).status;
    expect(await statusOf("192.0.2.7")).to.equal(200);
    expect(await statusOf("198.51.100.1", "2001:db8::7")).to.equal(200);
    for (const others of [["192.0.2.71"], ["192.0.2.7", "198.51.100.1"], ["1192.0.2.7"]])
      expect(await statusOf(...others), others.join()).to.equal(503);
    await edge.remove("stage.maintenance.yml", "stage-maintenance");
  });

  it("shows a preview to visitors of previews.allow, and to nobody who says so himself", async () => {
    const host = "x.stage.onebox.test";
    const lines = renderPreviewRoutes({
      ...{ environment: "preview-x", hosts: { own: host, all: [host], redirects: [] } },
      ...{ https: false, certified: false, release: "r", allow: ["192.0.2.0/24"], proxies },
      app: { protocol: "http", idle: 60 },
    });
    const [line = ""] = lines.split("\n").filter((text) => text.startsWith("open "));
    const text = line.slice("open ".length).replace("GATEWAY.invalid:7000", "stage-blue:3000");
    await edge.place("preview-x.yml", text, "preview-x", "preview-x");
    const statusOf = async (headers: Record<string, string>) =>
      (await edge.ask("GET", { host, ...headers })).status;
    expect(await statusOf(as("192.0.2.7"))).to.equal(200);
    expect(await statusOf(as("192.0.2.7", "198.51.100.1"))).to.equal(403);
    expect(await statusOf(as("198.51.100.1", "192.0.2.9", "10.0.0.1"))).to.equal(200);
    expect(await statusOf({}), "nobody is named").to.equal(403);
  });
});
