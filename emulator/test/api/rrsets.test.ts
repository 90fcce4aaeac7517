import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

const ZONE = "/zones/sets.test";

describe("rrsets", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
    await cloud.api.made("/zones", { name: "sets.test", mode: "primary" });
  });
  after(() => cloud.stop());

  const post = (name: string, type: string, values: string[], more: object = {}) => {
    const records = values.map((value) => ({ value }));
    return cloud.api.post(`${ZONE}/rrsets`, { name, type, records, ...more });
  };
  const make = async (name: string, type: string, values: string[], more: object = {}) => {
    const { status, body } = await post(name, type, values, more);
    expect(status, JSON.stringify(body.error)).to.equal(201);
    await cloud.api.settled(body.action);
    return `${ZONE}/rrsets/${name}/${type}`;
  };
  const read = async (path: string) => (await cloud.api.get(path)).body.rrset;
  const values = async (path: string) =>
    (await read(path)).records.map((record: { value: string }) => record.value);
  const serial = async () => Number((await values(`${ZONE}/rrsets/@/SOA`))[0].split(" ")[2]);
  const refusal = async (path: string, body: unknown) => {
    const answer = await cloud.api.post(path, body);
    return {
      status: answer.status,
      code: answer.body.error?.code,
      field: answer.body.error?.details?.fields?.[0]?.name,
    };
  };
  const invalid = (field: string) => ({ status: 422, code: "invalid_input", field });
  const guarded = { status: 423, code: "protected", field: undefined };

  it("are made, read, listed, changed and deleted", async () => {
    const { zone } = (await cloud.api.get(ZONE)).body;
    const records = [{ value: "192.0.2.1", comment: "web" }, { value: "192.0.2.2" }];
    const wish = { name: "www", type: "A", records, labels: { tier: "web" } };
    const { status, body } = await cloud.api.post(`${ZONE}/rrsets`, wish);
    expect(status).to.equal(201);
    expect(body.action).to.include({ command: "create_rrset", status: "success" });
    expect(body.rrset).to.deep.equal({
      id: "www/A",
      name: "www",
      type: "A",
      ttl: null,
      labels: { tier: "web" },
      protection: { change: false },
      records: [records[0], { value: "192.0.2.2", comment: "" }],
      zone: zone.id,
    });
    const path = `${ZONE}/rrsets/www/A`;
    expect(await read(path)).to.deep.equal(body.rrset);
    const listed = await cloud.api.get(`/zones/${zone.id}/rrsets?name=www`);
    expect(listed.body.rrsets).to.deep.equal([body.rrset]);
    const changed = await cloud.api.put(path, { labels: {} });
    expect(changed.status).to.equal(200);
    expect(changed.body.rrset.labels).to.deep.equal({});
    const gone = await cloud.api.delete(path);
    expect(gone.status).to.equal(201);
    expect(gone.body.action.command).to.equal("delete_rrset");
    for (const method of ["GET", "PUT", "DELETE"]) {
      const answer = await cloud.api.send(method, path, method === "PUT" ? {} : undefined);
      expect(answer.status, method).to.equal(404);
      expect(answer.body.error.code, method).to.equal("not_found");
    }
  });

  it("are listed by type and label, up to 100 a page", async () => {
    for (let n = 0; n < 60; n++) await make(`n${n}`, "TXT", ['"x"'], { labels: { of: "many" } });
    await make("n0", "A", ["192.0.2.1"]);
    const list = async (query: string) => (await cloud.api.get(`${ZONE}/rrsets${query}`)).body;
    expect((await list("?type=TXT&per_page=100")).rrsets).to.have.length(60);
    expect((await list("?type=TXT&type=A&name=n0")).rrsets).to.have.length(2);
    const page = await list("?label_selector=of%3Dmany&per_page=50&page=2");
    expect(page.rrsets).to.have.length(10);
    expect(page.meta.pagination).to.include({ total_entries: 60, last_page: 2 });
    expect((await list("?sort=id:desc")).rrsets[0].name).to.equal("n9");
    const tooLarge = await cloud.api.get(`${ZONE}/rrsets?per_page=101`);
    expect(tooLarge.body.error.details.fields[0].name).to.equal("per_page");
  });

  it("are there once per name and type", async () => {
    await make("once", "A", ["192.0.2.1"]);
    const { status, body } = await post("once", "A", ["192.0.2.2"]);
    expect(status).to.equal(409);
    expect(body.error.code).to.equal("uniqueness_error");
    expect(body.error.details.fields[0].name).to.equal("name");
    await make("once", "AAAA", ["2001:db8::1"]);
  });

  for (const name of ["WWW", "www.", "www.sets.test", "sets.test", "a b", "-a", "ü", "a.*", ""]) {
    it(`may not be called '${name}'`, async () => {
      const { status, body } = await post(name, "A", ["192.0.2.1"]);
      expect(status).to.equal(422);
      expect(body.error.details.fields[0].name).to.equal("name");
    });
  }

  for (const name of ["*", "*.dev", "_acme-challenge", "a.b.c", "xn--4bi"]) {
    it(`may be called ${name}`, async () => {
      expect((await read(await make(name, "TXT", ['"x"']))).name).to.equal(name);
    });
  }

  for (const [field, wrong] of [
    ["type", { type: "SPF" }],
    ["type", { type: "a" }],
    ["ttl", { ttl: 10 }],
    ["records", { records: [] }],
    ["records", { records: undefined }],
    ["records", { records: [{ value: "192.0.2.1" }, { value: "192.0.2.1", comment: "again" }] }],
    ["records.0.value", { records: [{ value: "" }] }],
    ["records.1.value", { records: [{ value: "192.0.2.1" }, { value: "192.0.2" }] }],
    ["records.0.comment", { records: [{ value: "192.0.2.1", comment: "two\nlines" }] }],
    ["labels.-bad", { labels: { "-bad": "" } }],
  ] as const) {
    it(`are refused with ${JSON.stringify(wrong)}`, async () => {
      const body = { name: "wrong", type: "A", records: [{ value: "192.0.2.1" }], ...wrong };
      expect(await refusal(`${ZONE}/rrsets`, body)).to.deep.equal(invalid(field));
    });
  }

  it("stand alone when they are an alias", async () => {
    await make("alias", "CNAME", ["www"]);
    const beside = await post("alias", "A", ["192.0.2.1"]);
    expect(beside.body.error.details.fields[0].name).to.equal("records");
    await make("busy", "A", ["192.0.2.1"]);
    for (const [name, list] of [
      ["busy", ["www"]],
      ["two", ["a", "b"]],
      ["@", ["www"]],
    ] as const) {
      const { status, body } = await post(name, "CNAME", [...list]);
      expect(status, name).to.equal(422);
      expect(body.error.details.fields[0].name, name).to.equal("records");
    }
  });

  it("set, add, change and remove records", async () => {
    const path = await make("many", "A", ["192.0.2.1"]);
    const act = (name: string, ...list: object[]) =>
      cloud.api.act(`${path}/actions/${name}`, { records: list });
    const [a, b, c] = ["192.0.2.7", "192.0.2.8", "192.0.2.9"].map((value) => ({ value }));
    expect((await act("set_records", { ...a, comment: "first" })).command).to.equal(
      "set_rrset_records",
    );
    expect((await act("add_records", b as object, c as object)).command).to.equal(
      "add_rrset_records",
    );
    expect(await values(path)).to.deep.equal(["192.0.2.7", "192.0.2.8", "192.0.2.9"]);

    const wish = { records: [{ ...b, comment: "second" }] };
    const updated = await cloud.api.post(`${path}/actions/update_records`, wish);
    expect(updated.status).to.equal(200);
    expect(updated.body.action.command).to.equal("update_rrset_records");
    expect((await read(path)).records[1]).to.deep.equal(wish.records[0]);

    expect((await act("remove_records", a as object)).command).to.equal("remove_rrset_records");
    expect(await values(path)).to.deep.equal(["192.0.2.8", "192.0.2.9"]);
    await act("remove_records", b as object, c as object);
    expect((await cloud.api.get(path)).status).to.equal(404);
  });

  it("are made by the first record that is added", async () => {
    const path = `${ZONE}/rrsets/fresh/TXT`;
    await cloud.api.act(`${path}/actions/add_records`, { records: [{ value: '"a"' }], ttl: 60 });
    await cloud.api.act(`${path}/actions/add_records`, { records: [{ value: '"b"' }], ttl: 60 });
    expect(await read(path)).to.deep.include({ ttl: 60, labels: {} });
    expect(await values(path)).to.deep.equal(['"a"', '"b"']);
  });

  it("refuse records that do not fit", async () => {
    const path = await make("strict", "A", ["192.0.2.1"], { ttl: 60 });
    const [own, other] = [{ value: "192.0.2.1" }, { value: "192.0.2.2" }];
    for (const [action, body, field] of [
      ["add_records", { records: [own] }, "records.0.value"],
      ["add_records", { records: [other], ttl: 120 }, "ttl"],
      ["add_records", { records: [{ value: "x" }] }, "records.0.value"],
      ["add_records", {}, "records"],
      ["set_records", { records: [] }, "records"],
      ["set_records", { records: [{ value: "x" }] }, "records.0.value"],
      ["update_records", { records: [other] }, "records.0.value"],
      ["remove_records", { records: [other] }, "records.0.value"],
      ["change_ttl", {}, "ttl"],
      ["change_ttl", { ttl: 5 }, "ttl"],
      ["change_protection", {}, "change"],
    ] as const) {
      const answer = await refusal(`${path}/actions/${action}`, body);
      expect(answer, `${action} ${JSON.stringify(body)}`).to.deep.equal(invalid(field));
    }
    const nowhere = await refusal(`${ZONE}/rrsets/none/A/actions/set_records`, { records: [own] });
    expect(nowhere).to.include({ status: 404, code: "not_found" });
    const badName = await refusal(`${ZONE}/rrsets/BAD/A/actions/add_records`, { records: [own] });
    expect(badName).to.include({ status: 404, code: "not_found" });
  });

  it("change their TTL, and go back to the zone's", async () => {
    const path = await make("slow", "A", ["192.0.2.1"]);
    const action = await cloud.api.act(`${path}/actions/change_ttl`, { ttl: 60 });
    expect(action.command).to.equal("change_rrset_ttl");
    expect((await read(path)).ttl).to.equal(60);
    await cloud.api.act(`${path}/actions/change_ttl`, { ttl: null });
    expect((await read(path)).ttl).to.equal(null);
  });

  it("are protected from every change", async () => {
    const path = await make("kept", "A", ["192.0.2.1"]);
    const protect = (change: boolean) =>
      cloud.api.act(`${path}/actions/change_protection`, { change });
    expect((await protect(true)).command).to.equal("change_rrset_protection");
    const body = { records: [{ value: "192.0.2.1" }] };
    for (const name of ["set_records", "add_records", "remove_records", "update_records"]) {
      expect(await refusal(`${path}/actions/${name}`, body), name).to.deep.equal(guarded);
    }
    expect(await refusal(`${path}/actions/change_ttl`, { ttl: 60 })).to.deep.equal(guarded);
    const file = { zonefile: "" };
    expect(await refusal(`${ZONE}/actions/import_zonefile`, file)).to.deep.equal(guarded);
    expect((await cloud.api.delete(path)).status).to.equal(423);
    await protect(false);
    expect((await cloud.api.delete(path)).status).to.equal(201);
  });

  it("keep one SOA record, whose serial the API counts up", async () => {
    const path = `${ZONE}/rrsets/@/SOA`;
    const before = await serial();
    expect(String(before)).to.match(/^20\d{8}$/);
    await make("counted", "A", ["192.0.2.1"]);
    expect(await serial()).to.equal(before + 1);
    const value = "hydrogen.ns.hetzner.com. dns.hetzner.com. 0 86400 10800 3600000 600";
    await cloud.api.act(`${path}/actions/set_records`, { records: [{ value }] });
    expect(await serial()).to.equal(before + 2);
    expect((await values(path))[0]).to.match(/ 3600000 600$/);
    const gone = await cloud.api.delete(path);
    expect(gone.status).to.equal(422);
    expect(gone.body.error.details.fields[0].name).to.equal("type");
    const [current] = await values(path);
    const removed = await refusal(`${path}/actions/remove_records`, {
      records: [{ value: current }],
    });
    expect(removed).to.deep.equal(invalid("type"));
    const second = { records: [{ value }] };
    expect(await refusal(`${path}/actions/add_records`, second)).to.deep.equal(invalid("records"));
    expect((await post("sub", "SOA", [value])).status).to.equal(422);
  });
});
