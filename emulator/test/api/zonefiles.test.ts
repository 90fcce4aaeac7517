import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";

const SOA =
  "@ IN SOA hydrogen.ns.hetzner.com. dns.hetzner.com. 2024010100 86400 10800 3600000 3600";
const NS = `@ IN 10800 NS hydrogen.ns.hetzner.com. ; Some comment.
@ IN 10800 NS oxygen.ns.hetzner.com.
@ IN 10800 NS helium.ns.hetzner.de.`;

describe("zone files", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
    await cloud.api.made("/zones", { name: "file.test", mode: "primary" });
  });
  after(() => cloud.stop());

  const importing = (zonefile: string) =>
    cloud.api.post("/zones/file.test/actions/import_zonefile", { zonefile });
  const load = async (zonefile: string) => {
    const { status, body } = await importing(zonefile);
    expect(status, JSON.stringify(body.error)).to.equal(201);
    return cloud.api.settled(body.action);
  };
  const exported = async () => (await cloud.api.get("/zones/file.test/zonefile")).body.zonefile;
  const read = async (id: string) =>
    (await cloud.api.get(`/zones/file.test/rrsets/${id}`)).body.rrset;

  it("are imported in place of everything that was there", async () => {
    const action = await load(`; A file as people write it.
$ORIGIN file.test.
$TTL 2h
${SOA}
${NS}
www 300 IN A 192.0.2.1 ; the web server
    300 IN A 192.0.2.2
mail.file.test. IN AAAA 2001:db8::1
@ MX 10 mail
@ TXT ( "v=spf1 -all" ; split
        "second \\"part\\"; with a semicolon" )
*.dev CNAME www
_sip._tcp SRV 0 5 5060 sip.example.net.
@ CAA 0 issue "letsencrypt.org"
`);
    expect(action.command).to.equal("import_zonefile");
    const { zone } = (await cloud.api.get("/zones/file.test")).body;
    expect(zone).to.include({ ttl: 7200, record_count: 12 });
    const web = await read("www/A");
    expect(web.ttl).to.equal(300);
    expect(web.records).to.deep.equal([
      { value: "192.0.2.1", comment: "the web server" },
      { value: "192.0.2.2", comment: "" },
    ]);
    expect((await read("@/TXT")).records[0].value).to.equal(
      '"v=spf1 -all" "second \\"part\\"; with a semicolon"',
    );
    expect((await read("mail/AAAA")).ttl).to.equal(null);
    await load(`${SOA}\n${NS}\n`);
    expect(await read("www/A")).to.equal(undefined);
  });

  it("are exported as Hetzner does, and can be imported again", async () => {
    await load(`$TTL 3600\n${SOA}\n${NS}\nwww A 192.0.2.1 ; web\napi 60 A 192.0.2.2\n`);
    const text = await exported();
    const serial = (await read("@/SOA")).records[0].value.split(" ")[2];
    expect(text).to.equal(
      [
        "$ORIGIN\tfile.test.",
        "$TTL\t3600",
        "",
        `@\tIN\tSOA\thydrogen.ns.hetzner.com. dns.hetzner.com. ${serial} 86400 10800 3600000 3600`,
        "",
        "@\tIN\t10800\tNS\thydrogen.ns.hetzner.com. ; Some comment.",
        "@\tIN\t10800\tNS\toxygen.ns.hetzner.com.",
        "@\tIN\t10800\tNS\thelium.ns.hetzner.de.",
        "",
        "api\tIN\t60\tA\t192.0.2.2",
        "",
        "www\tIN\tA\t192.0.2.1 ; web",
        "",
      ].join("\n"),
    );
    await load(text);
    const again = await exported();
    expect(again.replace(/20\d{8}/, "")).to.equal(text.replace(/20\d{8}/, ""));
  });

  it("never count the serial back", async () => {
    const serial = async () => Number((await read("@/SOA")).records[0].value.split(" ")[2]);
    const before = await serial();
    await load(`${SOA}\n${NS}\n`);
    expect(await serial()).to.equal(before + 1);
  });

  for (const [why, text] of [
    ["another zone's $ORIGIN", `$ORIGIN example.org.\n${SOA}\n${NS}`],
    ["no SOA record", NS],
    ["two SOA records", `${SOA}\n${SOA.replace("3600000", "3600001")}\n${NS}`],
    ["no name servers", SOA],
    ["a name server too few", `${SOA}\n${NS.replace(/\n.*helium.*/, "")}`],
    ["another class", `${SOA}\n${NS}\nwww CH A 192.0.2.1`],
    ["a type that is not served", `${SOA}\n${NS}\nwww SPF "x"`],
    ["a value that is none", `${SOA}\n${NS}\nwww A 192.0.2`],
    ["a name outside", `${SOA}\n${NS}\nwww.example.org. A 192.0.2.1`],
    ["two TTLs in one set", `${SOA}\n${NS}\nwww 60 A 192.0.2.1\nwww 90 A 192.0.2.2`],
    ["a TTL that is too short", `${SOA}\n${NS}\nwww 1 A 192.0.2.1`],
    ["a $TTL that is too short", `$TTL 1\n${SOA}\n${NS}`],
    ["a value twice", `${SOA}\n${NS}\nwww A 192.0.2.1\nwww A 192.0.2.1`],
    ["an alias beside an address", `${SOA}\n${NS}\nwww A 192.0.2.1\nwww CNAME api`],
    ["another file", `$INCLUDE /etc/passwd\n${SOA}\n${NS}`],
    ["an open parenthesis", `${SOA}\n${NS}\nwww A ( 192.0.2.1`],
    ["a parenthesis too many", `${SOA}\n${NS}\nwww A 192.0.2.1 )`],
    ["an open quotation", `${SOA}\n${NS}\nwww TXT "x`],
    ["no name at the start", ` A 192.0.2.1\n${SOA}\n${NS}`],
    ["nothing", ""],
  ] as const) {
    it(`are refused with ${why}, and change nothing`, async () => {
      const before = await exported();
      const { status, body } = await importing(text);
      expect(status).to.equal(422);
      expect(body.error.code).to.equal("invalid_input");
      expect(body.error.details.fields[0].name).to.equal("zonefile");
      expect(await exported()).to.equal(before);
    });
  }
});
