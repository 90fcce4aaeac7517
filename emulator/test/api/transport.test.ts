import { expect } from "chai";
import { createClient } from "../support/client.ts";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { noteCodes } from "../support/codes.ts";

describe("the transport", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  it("has a token of 64 characters and lets in nobody without it", async () => {
    expect(cloud.token).to.match(/^[0-9a-f]{64}$/);
    for (const token of ["", "x".repeat(64), cloud.token.slice(1)]) {
      const { status, body } = await createClient(cloud.endpoint, token).get("/servers");
      expect(status).to.equal(401);
      expect(body.error.code).to.equal("unauthorized");
    }
  });

  it("says what it does not implement", async () => {
    for (const path of ["/certificates", "/certificates/1/actions", "/floating_ips/1", "/isos"]) {
      const { status, body } = await cloud.api.get(path);
      expect(status, path).to.equal(501);
      expect(body.error.code).to.equal("not_implemented");
      expect(body.error.message).to.contain(path.split("/")[1]);
    }
    expect((await cloud.api.post("/servers/1/actions/attach_iso", {})).status).to.equal(501);
  });

  it("knows no other paths and methods", async () => {
    expect((await cloud.api.get("/nothing")).body.error.code).to.equal("not_found");
    const { status, body } = await cloud.api.send("PATCH", "/servers");
    expect(status).to.equal(405);
    expect(body.error.code).to.equal("method_not_allowed");
  });

  it("refuses what is not JSON, not an object, or too large", async () => {
    const post = (body: string) =>
      fetch(`${cloud.endpoint}/firewalls`, {
        method: "POST",
        headers: { Authorization: `Bearer ${cloud.token}` },
        body,
      });
    const broken = await post("{");
    expect(broken.status).to.equal(400);
    const said = (await broken.json()) as { error: { code: string } };
    noteCodes(said);
    expect(said.error.code).to.equal("json_error");
    expect((await post("[]")).status).to.equal(422);
    expect((await post(`{"name":"${"x".repeat(2 << 20)}"}`)).status).to.equal(422);
  });

  it("numbers its answers and logs them without query, body or token", async () => {
    const { headers } = await cloud.api.post("/firewalls?secret=canary", { name: "canary-name" });
    expect(headers.get("x-correlation-id")).to.match(/^[0-9a-f-]{36}$/);
    const line = JSON.parse(cloud.lines.at(-1) ?? "");
    expect(line).to.include({ method: "POST", path: "/v1/firewalls", status: 201 });
    expect(line.ms).to.be.a("number");
    expect(cloud.lines.join("\n")).to.not.contain("canary");
    expect(cloud.lines.join("\n")).to.not.contain(cloud.token);
  });
});
