import { expect } from "chai";
import { selfSigned } from "../../certificates/issue.ts";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { publicKey } from "../support/keys.ts";

const STORAGE_BOX = { storage_box_type: "bx11", location: "fsn1", password: "Secret-123456" };
const PAIR = selfSigned(["every.test"], new Date());

const RESOURCES = [
  {
    singular: "ssh_key",
    plural: "ssh_keys",
    body: (name: string) => ({ name, public_key: publicKey() }),
    lacking: { public_key: publicKey() },
  },
  {
    singular: "firewall",
    plural: "firewalls",
    body: (name: string) => ({ name }),
    lacking: {},
  },
  {
    singular: "primary_ip",
    plural: "primary_ips",
    body: (name: string) => ({ name, type: "ipv4", location: "fsn1" }),
    lacking: { type: "ipv4", location: "fsn1" },
  },
  {
    singular: "floating_ip",
    plural: "floating_ips",
    body: (name: string) => ({ name, type: "ipv4", home_location: "fsn1" }),
    lacking: { name: "", type: "ipv4", home_location: "fsn1" },
  },
  {
    singular: "volume",
    plural: "volumes",
    body: (name: string) => ({ name, size: 10, location: "fsn1" }),
    lacking: { size: 10, location: "fsn1" },
  },
  {
    singular: "server",
    plural: "servers",
    body: (name: string) => ({ name, server_type: "cx23", image: "docker-ce" }),
    lacking: { server_type: "cx23", image: "docker-ce" },
  },
  {
    singular: "network",
    plural: "networks",
    body: (name: string) => ({ name, ip_range: "10.0.0.0/16" }),
    lacking: { ip_range: "10.0.0.0/16" },
  },
  {
    singular: "placement_group",
    plural: "placement_groups",
    body: (name: string) => ({ name, type: "spread" }),
    lacking: { type: "spread" },
  },
  {
    singular: "certificate",
    plural: "certificates",
    body: (name: string) => ({ name, ...PAIR }),
    lacking: PAIR,
  },
  {
    singular: "storage_box",
    plural: "storage_boxes",
    body: (name: string) => ({ name, ...STORAGE_BOX }),
    lacking: STORAGE_BOX,
  },
  {
    singular: "load_balancer",
    plural: "load_balancers",
    body: (name: string) => ({ name, load_balancer_type: "lb11", location: "fsn1" }),
    lacking: { load_balancer_type: "lb11", location: "fsn1" },
  },
];
/** What a deletion answers with, where it is an action. */
const DELETED: Record<string, number> = { server: 200, load_balancer: 201, storage_box: 201 };

for (const { singular, plural, body, lacking } of RESOURCES) {
  describe(`${plural}: what every resource can do`, () => {
    let cloud: TestCloud;
    before(async () => {
      cloud = await startCloud();
    });
    after(() => cloud.stop());

    it("is made, read, listed, changed and deleted", async () => {
      const { api } = cloud;
      const made = await api.post(`/${plural}`, { ...body("one"), labels: { tier: "web" } });
      expect(made.status).to.equal(201);
      const { id } = made.body[singular];
      for (const action of [made.body.action, ...(made.body.next_actions ?? [])]) {
        if (action) await api.settled(action);
      }

      const read = await api.get(`/${plural}/${id}`);
      expect(read.status).to.equal(200);
      expect(read.headers.get("content-type")).to.match(/^application\/json/);
      expect(read.body[singular]).to.include({ id, name: "one" });
      expect(read.body[singular].labels).to.deep.equal({ tier: "web" });
      expect(Date.parse(read.body[singular].created)).to.be.closeTo(Date.now(), 60_000);

      const listed = await api.get(`/${plural}?name=one`);
      expect(listed.body[plural]).to.deep.equal([read.body[singular]]);

      const renamed = await api.put(`/${plural}/${id}`, { name: "two" });
      expect(renamed.status).to.equal(200);
      expect(renamed.body[singular]).to.deep.include({ name: "two", labels: { tier: "web" } });
      const unlabelled = await api.put(`/${plural}/${id}`, { labels: {} });
      expect(unlabelled.body[singular]).to.deep.include({ name: "two", labels: {} });

      const gone = await api.delete(`/${plural}/${id}`);
      if (singular in DELETED) {
        expect(gone.status).to.equal(DELETED[singular]);
        await api.settled(gone.body.action);
      } else {
        expect(gone.status).to.equal(204);
        expect(gone.body).to.equal(null);
      }
      const missing = await api.get(`/${plural}/${id}`);
      expect(missing.status).to.equal(404);
      expect(missing.body.error.code).to.equal("not_found");
    });

    it("answers the look-up by a number that is no id with an empty list", async () => {
      const { status, body: list } = await cloud.api.get(`/${plural}?name=42`);
      expect(status).to.equal(200);
      expect(list[plural]).to.deep.equal([]);
      for (const method of ["GET", "PUT", "DELETE"]) {
        const body = method === "PUT" ? {} : undefined;
        const answer = await cloud.api.send(method, `/${plural}/42`, body);
        expect(answer.status, method).to.equal(404);
        expect((await cloud.api.send(method, `/${plural}/x`, body)).status, method).to.equal(404);
      }
    });

    it("has labels even when none are given", async () => {
      const { labels } = await cloud.api.made(`/${plural}`, body("plain"));
      expect(labels).to.deep.equal({});
    });

    it("refuses a second one of the same name, made or renamed", async () => {
      await cloud.api.made(`/${plural}`, body("taken"));
      const again = await cloud.api.post(`/${plural}`, body("taken"));
      expect(again.status).to.equal(409);
      expect(again.body.error.code).to.equal("uniqueness_error");
      expect(again.body.error.details.fields[0].name).to.equal("name");
      const other = await cloud.api.made(`/${plural}`, body("other"));
      const renamed = await cloud.api.put(`/${plural}/${other.id}`, { name: "taken" });
      expect(renamed.body.error.code).to.equal("uniqueness_error");
      expect((await cloud.api.put(`/${plural}/${other.id}`, { name: "other" })).status).to.equal(
        200,
      );
    });

    it("names every wrong field of the input", async () => {
      const wrong = { ...lacking, labels: { "-bad": "x" } };
      const { status, body: answer } = await cloud.api.post(`/${plural}`, wrong);
      expect(status).to.equal(422);
      expect(answer.error.code).to.equal("invalid_input");
      const names = answer.error.details.fields.map((field: { name: string }) => field.name);
      expect(names).to.include.members(["name", "labels.-bad"]);
    });

    it("refuses fields that it does not know, at any depth", async () => {
      for (const method of ["POST", "PUT"]) {
        const { status, body: answer } = await cloud.api.send(
          method,
          method === "POST"
            ? `/${plural}`
            : `/${plural}/${(await cloud.api.made(`/${plural}`, body(`u-${method}`))).id}`,
          { ...(method === "POST" ? body("unknown") : {}), labelkey: "value" },
        );
        expect(status, method).to.equal(422);
        expect(answer.error.code).to.equal("invalid_input");
        expect(answer.error.details.fields).to.deep.equal([
          { name: "labelkey", messages: ["unknown field"] },
        ]);
      }
    });

    it("selects by label", async () => {
      await cloud.api.made(`/${plural}`, { ...body("labelled"), labels: { env: "stage", n: "" } });
      const count = async (selector: string) =>
        (await cloud.api.get(`/${plural}?label_selector=${encodeURIComponent(selector)}`)).body[
          plural
        ].length;
      expect(await count("env=stage")).to.equal(1);
      expect(await count("env in (prod,stage),n")).to.equal(1);
      expect(await count("env!=stage,env")).to.equal(0);
    });
  });
}
