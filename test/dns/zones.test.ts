import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { checkRecords, describeAll, describeWrong } from "../../cli/dns/check.ts";
import { createAsk } from "../../cli/dns/resolver.ts";
import { checkConfig } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { CLOUDFLARE } from "../../config/cloudflare.ts";
import { root } from "../../config/load.ts";
import { recordsOf } from "../../config/records.ts";
import { startCloud, type TestCloud } from "../../emulator/test/support/cloud.ts";
import {
  createTerraform,
  type Terraform,
} from "../../emulator/test/terraform/support/terraform.ts";
import input from "../fixtures/dns.config.ts";
import { synthesise } from "../support/synthesise.ts";

const addresses = { ipv4: "203.0.113.5", ipv6: "2001:db8:0:5::1" };
const hosts = [
  "stage.shop.test",
  "shop.test",
  "shop.example",
  "www.shop.test",
  "*.stage.shop.test",
];

describe("the DNS stack, with the real provider and a real name server", () => {
  const config = checkConfig(input, root);
  const records = recordsOf(config, resolveCloud(config, root), addresses);
  let cloud: TestCloud;
  let terraform: Terraform;
  let directory: string;

  before(async () => {
    cloud = await startCloud();
    directory = join(synthesise("test/fixtures/dns.config.ts"), "stacks/dns");
    const file = join(directory, "cdk.tf.json");
    const stack = JSON.parse(readFileSync(file, "utf8"));
    stack.terraform.backend = undefined; // the state's bucket is not what is tested here
    writeFileSync(file, JSON.stringify(stack));
    const variables = { address: addresses.ipv4, address6: addresses.ipv6 };
    terraform = createTerraform(cloud, directory, () => variables);
    await terraform.run("init", "-no-color");
    await apply();
  });
  after(async () => {
    await cloud.stop();
    rmSync(directory, { recursive: true });
  });

  const apply = async (...args: string[]) =>
    (await terraform.apply(...args)).map(({ address, action }) => `${action} ${address}`);
  const wrong = async () => describeWrong(await checkRecords(records, createAsk(cloud.dns)));
  /** What is wrong with the hosts whose zones are ours. */
  const ours = async () => (await wrong()).filter((line) => !line.includes("shop.invalid"));
  const rrset = (zone: string, name: string, type: string) =>
    `/zones/${zone}/rrsets/${encodeURIComponent(name)}/${type}`;

  it("has a record of each kind for every host, a wildcard for previews, and nothing to do again", async () => {
    expect(await ours()).to.deep.equal([]);
    const ask = createAsk(cloud.dns);
    for (const host of hosts.map((name) => name.replace("*", "any-branch"))) {
      expect(await ask(host, "A"), host).to.deep.equal({ values: ["203.0.113.5"] });
      expect(await ask(host, "AAAA"), host).to.deep.equal({ values: ["2001:db8:0:5::1"] });
      expect(await ask(host, "CAA"), host).to.deep.equal({
        values: ['0 issue "letsencrypt.org"'],
      });
    }
    expect(await apply()).to.deep.equal([]);
  });

  it("says which record is missing, and what it should be", async () => {
    await cloud.api.delete(rrset("shop.test", "www", "A"));
    expect(await ours()).to.deep.equal([
      "error: DNS has nothing for www.shop.test A; it should be: www.shop.test. 300 IN A 203.0.113.5",
    ]);
  });

  it("says which record is another one", async () => {
    await cloud.api.post(`${rrset("shop.example", "@", "AAAA")}/actions/set_records`, {
      records: [{ value: "2001:db8:0:5::1" }, { value: "2001:db8::bad" }],
    });
    const lines = await ours();
    expect(lines).to.have.length(2);
    expect(lines[0]).to.match(
      /^error: DNS has 2001:db8:\S+, 2001:db8:\S+ for shop\.example AAAA; it should be/,
    );
  });

  it("is put right by the next apply", async () => {
    expect(await apply()).to.have.members([
      "create hcloud_zone_rrset.a_www_shop_test",
      "update hcloud_zone_rrset.aaaa_shop_example",
    ]);
    expect(await ours()).to.deep.equal([]);
  });

  it("leaves others' records in the zones alone", async () => {
    const mail = { name: "@", type: "MX", records: [{ value: "10 mail.shop.test." }] };
    expect((await cloud.api.post("/zones/shop.test/rrsets", mail)).status).to.equal(201);
    expect(await apply()).to.deep.equal([]);
    expect((await cloud.api.get(rrset("shop.test", "@", "MX"))).status).to.equal(200);
  });

  it("is only asked about a host that other people keep, until the printed record is there", async () => {
    const lines = (await wrong()).filter((line) => line.includes("shop.invalid"));
    expect(lines).to.deep.equal([
      "error: DNS has no answer (REFUSED) for shop.invalid A; it should be: shop.invalid. 300 IN A 203.0.113.5",
      "error: DNS has no answer (REFUSED) for shop.invalid AAAA; it should be: shop.invalid. 300 IN AAAA 2001:db8:0:5::1",
      'error: DNS has no answer (REFUSED) for shop.invalid CAA; it should be: shop.invalid. 300 IN CAA 0 issue "letsencrypt.org"',
    ]);
    // Somebody enters what the lines say, and nothing else.
    const rrsets = lines.map((line) => {
      const [, ttl, type, value] = / (\d+) IN (\w+) (.*)$/.exec(line) ?? [];
      return { name: "@", type, ttl: Number(ttl), records: [{ value }] };
    });
    const zone = { name: "shop.invalid", mode: "primary", rrsets };
    expect((await cloud.api.post("/zones", zone)).status).to.equal(201);
    expect(await wrong()).to.deep.equal([]);
  });

  it("takes a host of theirs that leads to a trusted proxy for right, and none of ours", async () => {
    const set = (zone: string, name: string, type: string, value: string) =>
      cloud.api.act(`${rrset(zone, name, type)}/actions/set_records`, { records: [{ value }] });
    const check = (proxies: readonly string[]) =>
      checkRecords(records, createAsk(cloud.dns), proxies);
    await set("shop.invalid", "@", "A", "104.16.132.229");
    await set("shop.invalid", "@", "AAAA", "2606:4700::6810:84e5");
    const findings = await check(CLOUDFLARE);
    expect(describeWrong(findings)).to.deep.equal([]);
    expect(describeAll(findings).join("\n")).to.match(
      /✓ shop\.invalid +A +a proxy \(104\.16\.132\.229\)/,
    );
    expect(describeWrong(await check([]))).to.have.length(2);
    await cloud.api.delete(rrset("shop.invalid", "@", "AAAA")); // with IPv6 switched off there
    expect(describeWrong(await check(CLOUDFLARE))).to.deep.equal([]);
    await set("shop.invalid", "@", "A", "104.15.255.255");
    expect(describeWrong(await check(CLOUDFLARE))).to.have.length(2);
    await set("shop.invalid", "@", "A", "203.0.113.5");
    expect(describeWrong(await check(CLOUDFLARE))).to.have.length(1);
    await set("shop.test", "www", "A", "104.16.132.229");
    expect(describeWrong(await check(CLOUDFLARE)).join()).to.include("for www.shop.test A;");
  });

  it("protects its zones, and goes altogether", async () => {
    expect((await cloud.api.delete("/zones/shop.test")).status).to.equal(423);
    for (const zone of ["shop.test", "shop.example"]) // as scripts/destroy.sh does
      await cloud.api.act(`/zones/${zone}/actions/change_protection`, { delete: false });
    await apply("-destroy");
    const { body } = await cloud.api.get("/zones");
    expect(body.zones.map(({ name }: { name: string }) => name)).to.deep.equal(["shop.invalid"]);
  });
});
