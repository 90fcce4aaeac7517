import { expect } from "chai";
import { type RecordType, readValue } from "../../dns/record-value.ts";
import { FormatError } from "../../dns/scan.ts";

const LONG = "x".repeat(255);

const GOOD: Record<RecordType, string[]> = {
  A: ["192.0.2.1"],
  AAAA: ["2001:db8::1", "::ffff:192.0.2.1", "2001:0DB8:0:0:0:0:0:1"],
  CAA: [
    '0 issue "letsencrypt.org; validationmethods=dns-01"',
    "128 iodef mailto:a@b.c",
    '0 issue ";"',
  ],
  CNAME: ["www", "@", "www.example.com.", "."],
  DS: [
    "12345 13 2 0123456789abcdef0123456789abcdef 0123456789ABCDEF0123456789ABCDEF",
    "1 8 200 00",
  ],
  HINFO: ['"PC" "Linux"', "PC Linux"],
  HTTPS: ['1 . alpn="h2,h3" port=8443', "0 www.example.com.", "1 . ipv4hint=192.0.2.1 key700=x"],
  MX: ["10 mail", "0 ."],
  NS: ["ns1.example.com.", "ns1"],
  PTR: ["host.example.com."],
  RP: ["admin.example.com. ."],
  SOA: ["ns. admin. 1 2 3 4 5"],
  SRV: ["10 5 443 target.example.com.", "0 0 0 ."],
  SVCB: ["1 svc alpn=h2 mandatory=alpn ipv6hint=2001:db8::1", "1 . no-default-alpn alpn=h3"],
  TLSA: ["3 1 1 0123456789abcdef"],
  TXT: ['"hello"', '"a" "b"', '"\\"quoted\\" \\200"', `"${LONG}" "${LONG}"`, '""'],
};

const BAD: Record<RecordType, string[]> = {
  A: ["192.0.2", "192.0.2.256", "::1", "192.0.2.1 192.0.2.2", "", " 192.0.2.1", "192.0.2.1;x"],
  AAAA: ["192.0.2.1", "xyz", "fe80::1%eth0"],
  CAA: ["256 issue x", "0 issue", "0 is-sue x", "issue x"],
  CNAME: ["a b", "a..b", "-a", '"', "ü", `${"x".repeat(64)}`, `${"x.".repeat(130)}`],
  DS: ["1 2 3", "1 2 3 0", "1 2 2 00", "1 2 3 zz", "x 2 3 00"],
  HINFO: ["PC", `"${LONG}y" x`, '"\\255" x'],
  HTTPS: [
    "x",
    "1",
    "1 . foo=1",
    "1 . port=99999",
    "1 . alpn=h2 alpn=h3",
    "1 . ipv4hint=x",
    "1 . alpn=",
  ],
  MX: ["mail", "70000 mail", "10", "10 mail 20"],
  NS: ["", "a b"],
  PTR: ["a b"],
  RP: ["admin"],
  SOA: ["ns. admin. 1 2 3 4", "ns. admin. -1 2 3 4 5", "ns. admin. 4294967296 2 3 4 5"],
  SRV: ["10 5 target.", "1 1 99999 x"],
  SVCB: ["1", "1 . no-default-alpn=x"],
  TLSA: ["3 1 1", "3 1 1 zz", "999 1 1 00"],
  TXT: ["hello", '"open', `"${LONG}y"`, '"a" b', '"a\nb"', '"\\999"', '("a"', "'a'"],
};

describe("the value of a record", () => {
  for (const [type, list] of Object.entries(GOOD) as [RecordType, string[]][]) {
    it(`of type ${type} is read`, () => {
      for (const value of list) readValue(type, value, "example.com");
    });
  }

  for (const [type, list] of Object.entries(BAD) as [RecordType, string[]][]) {
    it(`of type ${type} is refused in other forms`, () => {
      for (const value of list) {
        expect(() => readValue(type, value, "example.com"), value).to.throw(FormatError);
      }
    });
  }

  it("has names that belong to the zone unless they end with a dot", () => {
    const target = (value: string) => readValue("CNAME", value, "example.com").data;
    expect(target("www")).to.equal("www.example.com");
    expect(target("@")).to.equal("example.com");
    expect(target("WWW.example.net.")).to.equal("www.example.net");
  });

  it("has texts as the bytes that they stand for", () => {
    const { data } = readValue("TXT", '"a\\"b\\\\c\\255" "ü"', "example.com");
    const bytes = Buffer.from([0x61, 0x22, 0x62, 0x5c, 0x63, 0xff]);
    expect(data).to.deep.equal([bytes, Buffer.from("ü")]);
  });
});
