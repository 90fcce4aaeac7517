import { rmSync } from "node:fs";
import { expect } from "chai";
import { createControlClient } from "../../control/client.ts";
import { type Client, createClient } from "../support/client.ts";
import { startCloud, type TestCloud, temporaryDirectory } from "../support/cloud.ts";

describe("projects", () => {
  let cloud: TestCloud;
  let data: string;
  let control: ReturnType<typeof createControlClient>;
  before(async () => {
    data = temporaryDirectory();
    cloud = await startCloud({ data });
    control = createControlClient(data);
  });
  after(async () => {
    await cloud.stop();
    rmSync(data, { recursive: true });
  });

  const enter = async (project: string, access = "read_write"): Promise<Client> => {
    const { token } = (await control("POST", "/tokens", { project, access })) as {
      token: { token: string };
    };
    expect(token.token).to.match(/^[0-9a-f]{64}$/);
    return createClient(cloud.endpoint, token.token);
  };

  it("do not see each other's resources, nor actions, and may use the same names", async () => {
    const other = await enter("other");
    const body = { name: "web", server_type: "cx23", image: "docker-ce" };
    const mine = await cloud.api.made("/servers", body);
    expect((await other.get("/servers")).body.servers).to.deep.equal([]);
    const theirs = await other.made("/servers", body);
    expect(theirs.id).to.not.equal(mine.id);
    expect((await cloud.api.get(`/servers/${theirs.id}`)).status).to.equal(404);
    expect((await other.delete(`/servers/${mine.id}`)).status).to.equal(404);
    const { actions } = (await cloud.api.get(`/servers/${mine.id}/actions`)).body;
    expect((await other.get(`/actions?id=${actions[0].id}`)).body.actions).to.deep.equal([]);
    expect(theirs.public_net.ipv4.ip).to.not.equal(mine.public_net.ipv4.ip);
  });

  it("let a read-only token read, and no more", async () => {
    const api = await enter("default", "read");
    expect((await api.get("/servers?name=web")).body.servers).to.have.length(1);
    for (const method of ["POST", "PUT", "DELETE"]) {
      const { status, body } = await api.send(method, "/servers/1", {});
      expect(status, method).to.equal(403);
      expect(body.error.code).to.equal("forbidden");
    }
  });

  it("are there again after a restart, and closed to a token that was removed", async () => {
    const api = await enter("lasting");
    const { id } = await api.made("/firewalls", { name: "fw" });
    await cloud.stop();
    cloud = await startCloud({ data });
    expect((await api.get(`/firewalls/${id}`)).status).to.equal(200);
    const { tokens } = (await control("GET", "/tokens")) as { tokens: object[] };
    expect(JSON.stringify(tokens)).to.not.match(/[0-9a-f]{64}/);
    const { id: token } = tokens.at(-1) as { id: number };
    await control("DELETE", `/tokens/${token}`);
    expect((await api.get(`/firewalls/${id}`)).status).to.equal(401);
  });

  it("are opened by the control token alone, which opens nothing else", async () => {
    const ask = (token: string) =>
      fetch(cloud.endpoint.replace("/v1", "/control/tokens"), {
        headers: { Authorization: `Bearer ${token}` },
      });
    expect((await ask(cloud.controlToken)).status).to.equal(200);
    expect((await ask(cloud.token)).status).to.equal(401);
    const api = createClient(cloud.endpoint, cloud.controlToken);
    expect((await api.get("/servers")).status).to.equal(401);
  });
});
