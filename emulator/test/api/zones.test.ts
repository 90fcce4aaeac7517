import { rmSync } from "node:fs";
import { expect } from "chai";
import { startCloud, type TestCloud, temporaryDirectory } from "../support/cloud.ts";

describe("zones", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  const make = (name: string, more: object = {}) =>
    cloud.api.made("/zones", { name, mode: "primary", ...more });
  const secondary = (name: string) =>
    make(name, { mode: "secondary", primary_nameservers: [{ address: "203.0.113.1" }] });
  const names = async (query: string) =>
    (await cloud.api.get(`/zones${query}`)).body.zones.map((zone: { name: string }) => zone.name);

  it("are made with a SOA record and the assigned name servers", async () => {
    const { status, body } = await cloud.api.post("/zones", { name: "new.test", mode: "primary" });
    expect(status).to.equal(201);
    expect(body.action).to.include({ command: "create_zone", status: "success" });
    expect(body.action.resources).to.deep.equal([{ id: body.zone.id, type: "zone" }]);
    expect(body.zone).to.deep.include({
      name: "new.test",
      mode: "primary",
      ttl: 3600,
      labels: {},
      primary_nameservers: [],
      protection: { delete: false },
      status: "ok",
      registrar: "unknown",
      record_count: 4,
    });
    expect(body.zone.authoritative_nameservers.assigned).to.have.length(3);
    const { rrsets } = (await cloud.api.get("/zones/new.test/rrsets")).body;
    const ids = rrsets.map((set: { id: string }) => set.id);
    expect(ids).to.deep.equal(["@/NS", "@/SOA"]);
  });

  it("are found by id and by name", async () => {
    const zone = await make("found.test", { labels: { tier: "web" } });
    for (const path of ["/zones/found.test", `/zones/${zone.id}`]) {
      expect((await cloud.api.get(path)).body.zone, path).to.deep.equal(zone);
    }
    await secondary("copy.test");
    expect(await names("?name=found.test")).to.deep.equal(["found.test"]);
    expect(await names("?mode=secondary")).to.deep.equal(["copy.test"]);
    expect(await names("?label_selector=tier%3Dweb")).to.deep.equal(["found.test"]);
    expect(await names("?sort=name:desc&per_page=1")).to.have.length(1);
    for (const missing of ["/zones/42", "/zones/nowhere.test"]) {
      const { status, body } = await cloud.api.get(missing);
      expect(status).to.equal(404);
      expect(body.error.code).to.equal("not_found");
    }
  });

  it("have a name that nobody else has", async () => {
    await make("taken.test");
    const { status, body } = await cloud.api.post("/zones", {
      name: "taken.test",
      mode: "primary",
    });
    expect(status).to.equal(409);
    expect(body.error.code).to.equal("uniqueness_error");
    expect(body.error.details.fields[0].name).to.equal("name");
  });

  for (const name of [
    "example.com",
    "example.co.uk",
    "xn--mnchen-3ya.de",
    "my-app.localhost",
    "a.test",
  ]) {
    it(`may be called ${name}`, async () => {
      expect((await make(name)).name).to.equal(name);
    });
  }

  for (const name of [
    "www.example.org",
    "Example.org",
    "example.org.",
    "münchen.de",
    "com",
    "co.uk",
    "example.nosuchsuffix",
    "-x.org",
    "a..org",
    `${"x".repeat(64)}.org`,
    "*.org",
    "",
    "192.0.2.1",
  ]) {
    it(`may not be called '${name}'`, async () => {
      const { status, body } = await cloud.api.post("/zones", { name, mode: "primary" });
      expect(status).to.equal(422);
      expect(body.error.code).to.equal("invalid_input");
      expect(body.error.details.fields[0].name).to.equal("name");
    });
  }

  for (const [field, wrong] of [
    ["mode", { mode: "tertiary" }],
    ["mode", { mode: undefined }],
    ["ttl", { ttl: 59 }],
    ["ttl", { ttl: 2 ** 31 }],
    ["labels.-bad", { labels: { "-bad": "x" } }],
    ["primary_nameservers", { mode: "secondary" }],
    ["primary_nameservers", { mode: "secondary", primary_nameservers: [] }],
    ["primary_nameservers.0.address", { primary_nameservers: [{ address: "ns.example" }] }],
    [
      "primary_nameservers.0.tsig_key",
      { primary_nameservers: [{ address: "203.0.113.1", tsig_algorithm: "hmac-md5" }] },
    ],
    [
      "rrsets",
      {
        zonefile: file("x.test"),
        rrsets: [{ name: "a", type: "A", records: [{ value: "1.2.3.4" }] }],
      },
    ],
    ["rrsets.0.records", { rrsets: [{ name: "a", type: "A", records: [] }] }],
    ["zonefile", { zonefile: "nonsense" }],
  ] as const) {
    it(`are refused with ${JSON.stringify(wrong).slice(0, 60)}`, async () => {
      const body = { name: "wrong.test", mode: "primary", ...wrong };
      const answer = await cloud.api.post("/zones", body);
      expect(answer.status).to.equal(422);
      expect(answer.body.error.code).to.equal("invalid_input");
      expect(answer.body.error.details.fields[0].name).to.equal(field);
      expect((await cloud.api.get("/zones/wrong.test")).status).to.equal(404);
    });
  }

  it("are made with records, or from a zone file", async () => {
    const records = [{ value: "192.0.2.1", comment: "web" }];
    await make("filled.test", { rrsets: [{ name: "www", type: "A", ttl: 60, records }] });
    const { rrset } = (await cloud.api.get("/zones/filled.test/rrsets/www/A")).body;
    expect(rrset).to.deep.include({ ttl: 60, records });
    const zone = await make("file.test", { zonefile: file("file.test"), ttl: 60 });
    expect(zone).to.include({ ttl: 7200, record_count: 5 });
  });

  it("change their labels, and nothing else", async () => {
    const { id } = await make("labelled.test");
    const { status, body } = await cloud.api.put(`/zones/${id}`, { labels: { a: "b" } });
    expect(status).to.equal(200);
    expect(body.zone.labels).to.deep.equal({ a: "b" });
    const renamed = await cloud.api.put(`/zones/${id}`, { name: "other.test" });
    expect(renamed.body.error.details.fields[0].name).to.equal("name");
    expect((await cloud.api.put(`/zones/${id}`, {})).body.zone.labels).to.deep.equal({ a: "b" });
  });

  it("are protected from deletion", async () => {
    await make("guarded.test");
    const protect = (on: boolean) =>
      cloud.api.act("/zones/guarded.test/actions/change_protection", { delete: on });
    expect(await protect(true)).to.include({ command: "change_protection", status: "success" });
    const refused = await cloud.api.delete("/zones/guarded.test");
    expect(refused.status).to.equal(423);
    expect(refused.body.error.code).to.equal("protected");
    await protect(false);
    const gone = await cloud.api.delete("/zones/guarded.test");
    expect(gone.status).to.equal(201);
    expect((await cloud.api.settled(gone.body.action)).command).to.equal("delete_zone");
    expect((await cloud.api.get("/zones/guarded.test")).status).to.equal(404);
  });

  it("change their default TTL", async () => {
    await make("ttl.test");
    const action = await cloud.api.act("/zones/ttl.test/actions/change_ttl", { ttl: 86400 });
    expect(action.command).to.equal("change_ttl");
    expect((await cloud.api.get("/zones/ttl.test")).body.zone.ttl).to.equal(86400);
    const { body } = await cloud.api.post("/zones/ttl.test/actions/change_ttl", {});
    expect(body.error.details.fields[0].name).to.equal("ttl");
    await secondary("ttl-copy.test");
    await cloud.api.act("/zones/ttl-copy.test/actions/change_ttl", { ttl: 10800 });
    expect((await cloud.api.get("/zones/ttl-copy.test")).body.zone.ttl).to.equal(10800);
  });

  it("change the servers that they are copied from", async () => {
    const zone = await secondary("moved.test");
    expect(zone.primary_nameservers).to.deep.equal([{ address: "203.0.113.1", port: 53 }]);
    const next = [
      { address: "2001:db8::1", port: 5353, tsig_algorithm: "hmac-sha256", tsig_key: "c2VjcmV0" },
    ];
    const path = "/zones/moved.test/actions/change_primary_nameservers";
    await cloud.api.act(path, { primary_nameservers: next });
    const { zone: moved } = (await cloud.api.get("/zones/moved.test")).body;
    expect(moved.primary_nameservers).to.deep.equal(next);
    const { body } = await cloud.api.post(path, { primary_nameservers: [] });
    expect(body.error.details.fields[0].name).to.equal("primary_nameservers");
  });

  it("refuse what their mode has no use for", async () => {
    await make("first.test");
    await secondary("second.test");
    const rrsets = "/zones/second.test/rrsets";
    for (const [method, path] of [
      ["POST", "/zones/first.test/actions/change_primary_nameservers"],
      ["POST", "/zones/second.test/actions/import_zonefile"],
      ["GET", "/zones/second.test/zonefile"],
      ["GET", rrsets],
      ["POST", rrsets],
      ["GET", `${rrsets}/www/A`],
      ["PUT", `${rrsets}/www/A`],
      ["DELETE", `${rrsets}/www/A`],
      ...[
        "add_records",
        "change_protection",
        "change_ttl",
        "remove_records",
        "set_records",
        "update_records",
      ].map((action) => ["POST", `${rrsets}/www/A/actions/${action}`]),
    ] as [string, string][]) {
      const { status, body } = await cloud.api.send(
        method,
        path,
        method === "GET" ? undefined : {},
      );
      expect(status, path).to.equal(422);
      expect(body.error.code, path).to.equal("incorrect_zone_mode");
    }
  });

  it("list what was done to them, by id and by name", async () => {
    const { id } = await make("busy.test");
    await cloud.api.act("/zones/busy.test/actions/change_ttl", { ttl: 60 });
    for (const path of [`/zones/${id}/actions`, "/zones/busy.test/actions"]) {
      const { actions } = (await cloud.api.get(path)).body;
      const commands = actions.map((action: { command: string }) => action.command);
      expect(commands).to.deep.equal(["create_zone", "change_ttl"]);
      const one = await cloud.api.get(`${path}/${actions[1].id}`);
      expect(one.body.action).to.deep.equal(actions[1]);
      const any = await cloud.api.get(`/zones/actions/${actions[0].id}`);
      expect(any.body.action).to.deep.equal(actions[0]);
    }
    expect((await cloud.api.get("/zones/actions")).body.actions).to.not.deep.equal([]);
    expect((await cloud.api.get("/zones/nowhere.test/actions")).status).to.equal(404);
  });

  it("are updating while an action on them takes its time", async () => {
    const slow = await startCloud({ profile: "realistic" });
    slow.clock.hold();
    const wish = { name: "slow.test", mode: "primary" };
    const { body } = await slow.api.post("/zones", wish);
    expect(body.action.status).to.equal("running");
    expect(body.zone.status).to.equal("updating");
    // Terraform protects a zone before it waits for it to be made.
    const protect = "/zones/slow.test/actions/change_protection";
    expect((await slow.api.post(protect, { delete: false })).status).to.equal(201);
    await slow.clock.advance(60_000);
    expect((await slow.api.get("/zones/slow.test")).body.zone.status).to.equal("ok");
    await slow.stop();
  });

  it("survive a restart, with the DNS server's address", async () => {
    const data = temporaryDirectory();
    const first = await startCloud({ data });
    const zone = await first.api.made("/zones", { name: "stays.test", mode: "primary" });
    await first.stop();
    const second = await startCloud({ data });
    expect((await second.api.get("/zones/stays.test")).body.zone).to.deep.equal(zone);
    expect(second.dns).to.equal(first.dns);
    await second.stop();
    rmSync(data, { recursive: true });
  });
});

function file(zone: string): string {
  return `$ORIGIN ${zone}.
$TTL 7200
@ IN SOA hydrogen.ns.hetzner.com. dns.hetzner.com. 2024010100 86400 10800 3600000 3600
@ IN NS hydrogen.ns.hetzner.com.
@ IN NS oxygen.ns.hetzner.com.
@ IN NS helium.ns.hetzner.de.
www IN A 192.0.2.1
`;
}
