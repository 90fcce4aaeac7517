import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { control, wish } from "../support/control.ts";

describe("the status page", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());
  const page = (path: string) => fetch(new URL(path, cloud.endpoint));

  it("comes whole from here, and holds nothing secret", async () => {
    const answer = await page("/");
    expect(answer.status).to.equal(200);
    expect(answer.headers.get("content-security-policy")).to.contain("default-src 'self'");
    const text = await answer.text();
    const parts = [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, path]) => path ?? "");
    for (const part of parts.filter((path) => !path.startsWith("data:"))) {
      expect((await page(`/${part}`)).status, part).to.equal(200);
    }
    expect(text).to.not.contain(cloud.controlToken).and.not.contain(cloud.token);
  });

  it("shows servers, actions, requests and faults to who has the token", async () => {
    const body = { name: "shown", server_type: "cx23", image: "docker-ce" };
    const server = await cloud.api.made("/servers", body);
    await wish(cloud, { kind: "error", path: "/nowhere" });
    const status = await control(cloud, "GET", "/status");
    expect(status.servers[0]).to.include({
      id: server.id,
      status: "running",
      project: "default",
      ipv4: server.public_net.ipv4.ip,
    });
    expect(status.actions[0]).to.include({ command: "start_server", status: "success" });
    expect(status.requests.at(-1)).to.include({ method: "POST", path: "/v1/servers", status: 201 });
    expect(status.faults[0]).to.include({ kind: "error", path: "/nowhere" });
    expect(Object.keys(status.kinds)).to.include("never_boots");
    expect((await page("/control/status")).status).to.equal(401);
  });
});
