import { expect } from "chai";
import { checkRecords, describeAll, describeWrong } from "../../cli/dns/check.ts";
import type { Ask } from "../../cli/dns/resolver.ts";
import type { HostRecords } from "../../config/records.ts";

const a = (host: string, zone?: string): HostRecords =>
  ({ host, type: "A", values: ["192.0.2.1"], ...(zone && { zone }) }) as HostRecords;
const aaaa = (host: string): HostRecords =>
  ({ host, type: "AAAA", values: ["2001:db8::1"] }) as HostRecords;

/** Name servers that have these records, by host and type. */
const nameServers =
  (there: Record<string, string[]>): Ask =>
  async (host, type) =>
    ({ values: there[`${host} ${type}`] ?? [] }) as Awaited<ReturnType<Ask>>;

const check = async (records: HostRecords[], there: Record<string, string[]>, proxies?: string[]) =>
  (await checkRecords(records, nameServers(there), proxies)).map(({ right, proxied }) =>
    proxied ? "proxied" : right,
  );

describe("the records of a host", () => {
  it("are right when they are ours, however an address is written", async () => {
    const there = { "shop.test A": ["192.0.2.1"], "shop.test AAAA": ["2001:DB8:0::0001"] };
    expect(await check([a("shop.test"), aaaa("shop.test")], there)).to.deep.equal([true, true]);
  });

  it("are wrong when one is missing, another's, or one too many", async () => {
    expect(await check([a("shop.test")], {})).to.deep.equal([false]);
    expect(await check([a("shop.test")], { "shop.test A": ["192.0.2.9"] })).to.deep.equal([false]);
    const two = { "shop.test A": ["192.0.2.1", "192.0.2.9"] };
    expect(await check([a("shop.test")], two)).to.deep.equal([false]);
  });

  it("may beside ours hold other authorities for certificates", async () => {
    const caa = { host: "shop.test", type: "CAA", values: ["x"] } as unknown as HostRecords;
    expect(await check([caa], { "shop.test CAA": ["x", "y"] })).to.deep.equal([true]);
  });

  it("of a wildcard are asked for by a name that nobody has a record for", async () => {
    const there = { "onebox-check.shop.test A": ["192.0.2.1"] };
    expect(await check([a("*.shop.test")], there)).to.deep.equal([true]);
  });

  it("may lead to proxies that are trusted, without IPv6, but not in a zone of ours", async () => {
    const proxies = ["198.51.100.0/24"];
    const there = { "shop.test A": ["198.51.100.7"] };
    const both = [a("shop.test"), aaaa("shop.test")];
    expect(await check(both, there, proxies)).to.deep.equal(["proxied", "proxied"]);
    expect(await check([a("shop.test", "shop.test")], there, proxies)).to.deep.equal([false]);
    expect(
      await check([a("shop.test")], { "shop.test A": ["203.0.113.1"] }, proxies),
    ).to.deep.equal([false]);
  });

  it("that are wrong are told with what is there and what should be", async () => {
    const silent: Ask = async () => ({ trouble: "SERVFAIL" }) as Awaited<ReturnType<Ask>>;
    const findings = await checkRecords([a("shop.test")], silent);
    expect(describeWrong(findings)).to.deep.equal([
      "error: DNS has no answer (SERVFAIL) for shop.test A; it should be: shop.test. 300 IN A 192.0.2.1",
    ]);
    expect(describeAll(findings)[0]).to.match(/✗ shop\.test .*\n +found: no answer/);
  });
});
