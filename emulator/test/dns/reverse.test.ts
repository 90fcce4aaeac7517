import { expect } from "chai";
import { startCloud, type TestCloud } from "../support/cloud.ts";
import { createDig } from "../support/dig.ts";

describe("reverse DNS", () => {
  let cloud: TestCloud;
  let dig: ReturnType<typeof createDig>;
  before(async () => {
    cloud = await startCloud();
    dig = createDig(cloud.dns);
  });
  after(() => cloud.stop());

  const address = (type: "ipv4" | "ipv6", name: string) =>
    cloud.api.made("/primary_ips", { name, type, location: "fsn1" });

  it("has Hetzner's name for an IPv4 address until it is given another", async () => {
    const { id, ip } = await address("ipv4", "four");
    const original = [`static.${ip.split(".").reverse().join(".")}.clients.your-server.de.`];
    expect(await dig.short("-x", ip)).to.deep.equal(original);
    const change = (dns_ptr: string | null) =>
      cloud.api.act(`/primary_ips/${id}/actions/change_dns_ptr`, { ip, dns_ptr });
    await change("mail.example.org");
    const { flags, answer } = await dig("-x", ip);
    expect(flags).to.include("aa");
    expect(answer).to.have.length(1);
    expect(answer[0]).to.match(/ IN PTR mail\.example\.org\.$/);
    await change(null);
    expect(await dig.short("-x", ip)).to.deep.equal(original);
    await cloud.api.delete(`/primary_ips/${id}`);
    expect(await dig.short("-x", ip)).to.deep.equal([]);
  });

  it("knows floating IPs too", async () => {
    const wish = { name: "float", type: "ipv4", home_location: "fsn1" };
    const { id, ip } = await cloud.api.made("/floating_ips", wish);
    const body = { ip, dns_ptr: "float.example.org" };
    await cloud.api.act(`/floating_ips/${id}/actions/change_dns_ptr`, body);
    expect(await dig.short("-x", ip)).to.deep.equal(["float.example.org."]);
  });

  it("has names for single addresses of an IPv6 network", async () => {
    const { id, ip } = await address("ipv6", "six");
    const one = ip.replace("::/64", "::1");
    const two = ip.replace("::/64", ":a:b:c:d");
    expect((await dig("-x", one)).status).to.equal("NXDOMAIN");
    for (const [at, name] of [
      [one, "one.example.org"],
      [two, "two.example.org"],
    ]) {
      const body = { ip: at, dns_ptr: name };
      await cloud.api.act(`/primary_ips/${id}/actions/change_dns_ptr`, body);
      expect(await dig.short("-x", at ?? "")).to.deep.equal([`${name}.`]);
    }
    await cloud.api.act(`/primary_ips/${id}/actions/change_dns_ptr`, { ip: one, dns_ptr: null });
    expect((await dig("-x", one)).status).to.equal("NXDOMAIN");
    expect(await dig.short("-x", two)).to.deep.equal(["two.example.org."]);
  });

  it("is a server's too", async () => {
    const body = { name: "web", server_type: "cx23", image: "docker-ce" };
    const { id, public_net } = await cloud.api.made("/servers", body);
    for (const ip of [public_net.ipv4.ip, public_net.ipv6.ip.replace("::/64", "::1")]) {
      const wish = { ip, dns_ptr: "web.example.org" };
      await cloud.api.act(`/servers/${id}/actions/change_dns_ptr`, wish);
      expect(await dig.short("-x", ip)).to.deep.equal(["web.example.org."]);
    }
  });

  it("takes an address however it is written, and shows it as usual", async () => {
    const { id, ip } = await address("ipv6", "written");
    const path = `/primary_ips/${id}`;
    const full = ip.replace("::/64", ":0:0:0:00AB");
    const body = { ip: full.toUpperCase(), dns_ptr: "Host.example.org" };
    await cloud.api.act(`${path}/actions/change_dns_ptr`, body);
    const { primary_ip } = (await cloud.api.get(path)).body;
    expect(primary_ip.dns_ptr[0].ip).to.equal(ip.replace("::/64", "::ab"));
    expect(await dig.short("-x", full)).to.have.length(1);
  });

  for (const dns_ptr of ["", "a b", "x..org", "-x.org", `${"x".repeat(64)}.org`, "*.org", 5]) {
    it(`refuses the name '${dns_ptr}'`, async () => {
      const { id, ip } = await address("ipv4", `bad-${dns_ptr}`);
      const path = `/primary_ips/${id}`;
      const answer = await cloud.api.post(`${path}/actions/change_dns_ptr`, { ip, dns_ptr });
      expect(answer.status).to.equal(422);
      expect(answer.body.error.details.fields[0].name).to.equal("dns_ptr");
      await cloud.api.delete(path);
    });
  }

  it("has zones of its own around the cloud's addresses, and no others", async () => {
    const { ip } = await address("ipv4", "zone");
    const [a, b, c] = ip.split(".");
    const zone = `${c}.${b}.${a}.in-addr.arpa`;
    expect((await dig(zone, "SOA")).answer[0]).to.contain("postmaster.your-server.de.");
    expect((await dig(zone, "NS")).answer).to.have.length(3);
    const free = await dig(`254.${zone}`, "PTR");
    expect(free.status).to.equal("NXDOMAIN");
    expect(free.authority[0]).to.contain(" SOA ");
    for (const other of [
      `${b}.${a}.in-addr.arpa`,
      "4.3.2.1.in-addr.arpa",
      "8.b.d.0.1.0.0.2.ip6.arpa",
    ]) {
      expect((await dig(other, "PTR")).status, other).to.equal("REFUSED");
    }
  });
});
