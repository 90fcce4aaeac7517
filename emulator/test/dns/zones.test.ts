import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { createDig } from "../support/dig.ts";

const SOA = /^dig\.test\. \d+ IN SOA hydrogen\.ns\.hetzner\.com\. dns\.hetzner\.com\. \d{10} /;

const SETS: [name: string, type: string, values: string[], ttl?: number][] = [
  ["@", "A", ["192.0.2.1", "192.0.2.2"]],
  ["@", "AAAA", ["2001:db8::1"]],
  ["@", "MX", ["10 mail", "20 mail.example.net."]],
  ["@", "TXT", ['"v=spf1 -all"', `"${"x".repeat(255)}" "more; \\"quoted\\""`]],
  ["@", "CAA", ['0 issue "letsencrypt.org; validationmethods=dns-01"']],
  ["@", "HTTPS", ['1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.1']],
  ["mail", "A", ["192.0.2.25"], 60],
  ["www", "CNAME", ["@"]],
  ["away", "CNAME", ["www.example.net."]],
  ["loop", "CNAME", ["pool"]],
  ["pool", "CNAME", ["loop"]],
  ["_sip._tcp", "SRV", ["0 5 5060 sip.example.net."]],
  ["_443._tcp", "TLSA", ["3 1 1 0123456789abcdef"]],
  ["deep.in.the", "TXT", ['"woods"']],
  ["*.dev", "A", ["192.0.2.80"]],
  ["real.dev", "TXT", ['"here"']],
  ["*.alias", "CNAME", ["mail"]],
  ["child", "NS", ["ns.child", "ns.example.net."]],
  ["child", "DS", [`12345 13 2 ${"ab".repeat(32)}`]],
  ["ns.child", "A", ["192.0.2.53"]],
  ["host", "HINFO", ['"PC" "Linux"']],
  ["who", "RP", ["admin who"]],
  ["svc", "SVCB", ["1 mail alpn=h2"]],
  ["back", "PTR", ["mail"]],
];

describe("the DNS server", () => {
  let cloud: TestCloud;
  let dig: ReturnType<typeof createDig>;
  before(async () => {
    cloud = await startCloud();
    dig = createDig(cloud.dns);
    const rrsets = SETS.map(([name, type, values, ttl]) => {
      return { name, type, ttl, records: values.map((value) => ({ value })) };
    });
    await cloud.api.made("/zones", { name: "dig.test", mode: "primary", rrsets });
  });
  after(() => cloud.stop());

  for (const [name, type, expected] of [
    ["dig.test", "A", ["192.0.2.1", "192.0.2.2"]],
    ["dig.test", "AAAA", ["2001:db8::1"]],
    ["dig.test", "MX", ["10 mail.dig.test.", "20 mail.example.net."]],
    ["dig.test", "TXT", ['"v=spf1 -all"', `"${"x".repeat(255)}" "more; \\"quoted\\""`]],
    ["dig.test", "CAA", ['0 issue "letsencrypt.org; validationmethods=dns-01"']],
    ["dig.test", "HTTPS", ['1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.1']],
    [
      "dig.test",
      "NS",
      ["helium.ns.hetzner.de.", "hydrogen.ns.hetzner.com.", "oxygen.ns.hetzner.com."],
    ],
    ["_sip._tcp.dig.test", "SRV", ["0 5 5060 sip.example.net."]],
    ["_443._tcp.dig.test", "TLSA", ["3 1 1 0123456789ABCDEF"]],
    ["child.dig.test", "DS", [`12345 13 2 ${"AB".repeat(28)} ${"AB".repeat(4)}`]],
    ["host.dig.test", "HINFO", ['"PC" "Linux"']],
    ["who.dig.test", "RP", ["admin.dig.test. who.dig.test."]],
    ["svc.dig.test", "SVCB", ['1 mail.dig.test. alpn="h2"']],
    ["back.dig.test", "PTR", ["mail.dig.test."]],
    ["MAIL.Dig.Test", "A", ["192.0.2.25"]],
  ] as const) {
    it(`answers ${name} ${type} with authority`, async () => {
      expect(await dig.short(name, type)).to.deep.equal([...expected]);
      const { status, flags } = await dig(name, type);
      expect(status).to.equal("NOERROR");
      expect(flags).to.include("aa");
      expect(flags).to.not.include("ra");
    });
  }

  it("answers with the set's TTL, or else the zone's", async () => {
    expect((await dig("mail.dig.test", "A")).answer).to.deep.equal([
      "mail.dig.test. 60 IN A 192.0.2.25",
    ]);
    expect((await dig("dig.test", "AAAA")).answer[0]).to.match(/ 3600 IN /);
    expect((await dig("dig.test", "SOA")).answer[0]).to.match(SOA);
  });

  it("follows an alias as far as it knows", async () => {
    const { answer } = await dig("www.dig.test", "A");
    expect(answer).to.have.length(3);
    expect(answer[0]).to.equal("www.dig.test. 3600 IN CNAME dig.test.");
    expect((await dig("away.dig.test", "A")).answer).to.deep.equal([
      "away.dig.test. 3600 IN CNAME www.example.net.",
    ]);
    expect((await dig("away.dig.test", "CNAME")).answer).to.have.length(1);
    expect((await dig("loop.dig.test", "A")).answer).to.have.length(2);
  });

  it("says with the SOA record what is not there", async () => {
    for (const [name, type, status] of [
      ["nothing.dig.test", "A", "NXDOMAIN"],
      ["mail.dig.test", "AAAA", "NOERROR"],
      ["mail.dig.test", "NAPTR", "NOERROR"],
      ["in.the.dig.test", "A", "NOERROR"], // there is a name below it
      ["www.dig.test", "AAAA", "NOERROR"],
    ] as const) {
      const reply = await dig(name, type);
      expect(reply.status, name).to.equal(status);
      expect(reply.flags, name).to.include("aa");
      expect(reply.authority, name).to.have.length(name.startsWith("www") ? 0 : 1);
      if (!name.startsWith("www")) expect(reply.authority[0], name).to.match(SOA);
    }
  });

  it("knows wildcards", async () => {
    expect((await dig("any.dev.dig.test", "A")).answer).to.deep.equal([
      "any.dev.dig.test. 3600 IN A 192.0.2.80",
    ]);
    expect(await dig.short("a.b.dev.dig.test", "A")).to.deep.equal(["192.0.2.80"]);
    expect(await dig.short("x.alias.dig.test", "A")).to.deep.equal([
      "192.0.2.25",
      "mail.dig.test.",
    ]);
    // A name that exists is not what the wildcard stands for, nor is what lies below it.
    const real = await dig("real.dev.dig.test", "A");
    expect([real.status, real.answer]).to.deep.equal(["NOERROR", []]);
    expect((await dig("below.real.dev.dig.test", "A")).status).to.equal("NXDOMAIN");
    expect((await dig("any.dev.dig.test", "MX")).status).to.equal("NOERROR");
  });

  it("refers to other name servers for what was delegated", async () => {
    for (const name of ["child.dig.test", "www.child.dig.test"]) {
      const { status, flags, answer, authority, additional } = await dig(name, "A");
      expect(status).to.equal("NOERROR");
      expect(flags).to.not.include("aa");
      expect(answer).to.deep.equal([]);
      expect(authority).to.deep.equal([
        "child.dig.test. 3600 IN NS ns.child.dig.test.",
        "child.dig.test. 3600 IN NS ns.example.net.",
      ]);
      expect(additional).to.deep.equal(["ns.child.dig.test. 3600 IN A 192.0.2.53"]);
    }
  });

  it("refuses what it does not serve", async () => {
    for (const question of [
      ["example.com", "A"],
      ["test", "SOA"],
      ["dig.test", "AXFR"],
      ["dig.test", "A", "-c", "CH"],
    ]) {
      const { status, flags } = await dig(...question, "+tcp");
      expect(status, question.join(" ")).to.match(/REFUSED|Transfer failed/);
      expect(flags).to.not.include("aa");
    }
    const body = { name: "copy.test", mode: "secondary" };
    const primary_nameservers = [{ address: "203.0.113.1" }];
    await cloud.api.made("/zones", { ...body, primary_nameservers });
    expect((await dig("copy.test", "A")).status).to.equal("SERVFAIL");
  });

  it("answers by TCP what is too long for a datagram", async () => {
    const records = Array.from({ length: 30 }, (_, n) => ({ value: `"${n} ${"x".repeat(200)}"` }));
    await cloud.api.act("/zones/dig.test/rrsets/long/TXT/actions/add_records", { records });
    const cut = await dig("long.dig.test", "TXT", "+ignore");
    expect(cut.flags).to.include("tc");
    expect(cut.answer).to.deep.equal([]);
    expect((await dig("long.dig.test", "TXT")).answer).to.have.length(30);
    // A resolver without EDNS takes 512 bytes, one with it more.
    const some = records.slice(0, 4);
    await cloud.api.act("/zones/dig.test/rrsets/long/TXT/actions/set_records", { records: some });
    expect((await dig("long.dig.test", "TXT", "+ignore", "+noedns")).flags).to.include("tc");
    expect((await dig("long.dig.test", "TXT", "+ignore")).answer).to.have.length(4);
  });

  it("answers for everything at a name, and for questions of newer kinds", async () => {
    const types = (await dig("dig.test", "ANY", "+notcp")).answer.map((line) => line.split(" ")[3]);
    expect(types).to.include.members(["SOA", "NS", "A", "AAAA", "MX", "TXT", "CAA"]);
    expect((await dig("dig.test", "A", "+edns=1", "+noednsneg")).status).to.equal("BADVERS");
    expect((await dig("dig.test", "A", "+opcode=NOTIFY")).status).to.equal("NOTIMP");
  });

  it("sees every change at once", async () => {
    const set = "/zones/dig.test/rrsets/now/A";
    const ask = () => dig.short("now.dig.test", "A");
    expect((await dig("now.dig.test", "A")).status).to.equal("NXDOMAIN");
    await cloud.api.post(`${set}/actions/add_records`, { records: [{ value: "192.0.2.5" }] });
    expect(await ask()).to.deep.equal(["192.0.2.5"]);
    await cloud.api.post(`${set}/actions/set_records`, { records: [{ value: "192.0.2.6" }] });
    expect(await ask()).to.deep.equal(["192.0.2.6"]);
    await cloud.api.post(`${set}/actions/change_ttl`, { ttl: 77 });
    expect((await dig("now.dig.test", "A")).answer[0]).to.match(/ 77 IN /);
    await cloud.api.delete(set);
    expect((await dig("now.dig.test", "A")).status).to.equal("NXDOMAIN");
    await cloud.api.made("/zones", { name: "short.test", mode: "primary" });
    expect((await dig("short.test", "SOA")).status).to.equal("NOERROR");
    await cloud.api.delete("/zones/short.test");
    expect((await dig("short.test", "SOA")).status).to.equal("REFUSED");
  });
});
