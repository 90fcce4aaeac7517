import { expect } from "chai";
import { CloudApi } from "../../../cli/hcloud/api.ts";
import { askObjects, missingIn } from "../../../cli/hcloud/objects.ts";
import { askOffer, judgeOffer } from "../../../cli/server-check/offer.ts";
import { carryOut, deedsFor } from "../../../cli/server-check/reach.ts";
import { startCloud, type TestCloud } from "../../../emulator/test/support/cloud.ts";

const labels = { "managed-by": "onebox", app: "shop" };

describe("the local cloud's API, without machines", () => {
  let cloud: TestCloud;
  let api: CloudApi;
  const objects = () => askObjects(api, "shop");

  before(async () => {
    cloud = await startCloud();
    api = new CloudApi(cloud.endpoint, cloud.token);
    const place = { name: "shop", location: "fsn1", labels };
    await cloud.api.made("/firewalls", { name: "shop", labels });
    const address = await cloud.api.made("/primary_ips", {
      ...{ ...place, type: "ipv4", auto_delete: false },
    });
    const server = await cloud.api.made("/servers", {
      ...{ ...place, server_type: "cx33", image: "docker-ce" },
      public_net: { enable_ipv4: true, enable_ipv6: true, ipv4: address.id },
    });
    const volume = { name: "shop-data", size: 10, server: server.id, automount: true, labels };
    await cloud.api.made("/volumes", volume);
  });
  after(() => cloud.stop());

  it("offers what it would take an order of", async () => {
    const offer = await askOffer(api);
    const { server } = await objects();
    const judge = (type: string, anew?: string) => {
      const wanted = { type, location: anew ?? "fsn1", image: "docker-ce" };
      return judgeOffer(wanted, offer, anew === undefined ? server : undefined).problems;
    };
    expect(judge("cx33")).to.deep.equal([]);
    expect(judge("cx43")).to.deep.equal([]);
    expect(judge("cx23")[0]).to.match(/disk of 40 GB, the server's has 80 GB .*; in fsn1 .*cx43/);
    expect(judge("cax21")[0]).to.match(/is arm, the server is x86/);
    expect(judge("cx23", "ash")[0]).to.match(/not offered in ash; in ash there are: cpx/);
    expect(judge("cx999", "hel1")[0]).to.match(/no server type "cx999"; in hel1 .*cx23/);
  });

  it("tells what is there, of which all is ours", async () => {
    const found = missingIn([], await objects(), "shop");
    expect(found.map(({ kind, own }) => `${kind} ${own}`)).to.deep.equal([
      "firewall true",
      "primary IP true",
      "volume true",
      "server true",
      "attachment true",
    ]);
    expect(missingIn([], await askObjects(api, "blog"), "blog")).to.deep.equal([]);
  });

  /** Does what has to be done; returns what that was. */
  const mend = async () => {
    const deeds = deedsFor(await objects());
    for (const deed of deeds) await carryOut(api, deed, await objects());
    const { server, address } = await objects();
    expect(server?.status).to.equal("running");
    expect(address?.assignee_id).to.equal(server?.id);
    return deeds;
  };

  it("starts a server that is off, and gives it its address back", async () => {
    const { server, address } = await objects();
    expect(await mend()).to.deep.equal([]);
    await api.act(`servers/${server?.id}/actions/poweroff`);
    expect(await mend()).to.deep.equal(["start"]);
    await api.act(`servers/${server?.id}/actions/poweroff`);
    await api.act(`primary_ips/${address?.id}/actions/unassign`);
    await api.act(`servers/${server?.id}/actions/poweron`);
    expect(await mend()).to.deep.equal(["stop", "assign", "start"]);
  });
});
