import { X509Certificate } from "node:crypto";
import { rmSync } from "node:fs";
import { expect } from "chai";
import { selfSigned } from "../../certificates/issue.ts";
import { startCloud, type TestCloud, temporaryDirectory } from "../support/cloud.ts";
import { wish } from "../support/control.ts";

describe("certificates", () => {
  const data = temporaryDirectory();
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud({ data });
  });
  after(async () => {
    await cloud.stop();
    rmSync(data, { recursive: true });
  });

  const upload = (name: string, more: object = {}) =>
    cloud.api.post("/certificates", { name, ...selfSigned(["shop.test"], new Date()), ...more });
  const read = async (id: number) => (await cloud.api.get(`/certificates/${id}`)).body.certificate;
  const zone = (name: string, more: object = {}) =>
    cloud.api.made("/zones", { name, mode: "primary", ...more });
  /** Asks for a managed certificate; returns how it ended. */
  const ask = async (name: string, ...domain_names: string[]) => {
    const asked = { name, type: "managed", domain_names };
    const { status, body } = await cloud.api.post("/certificates", asked);
    expect(status).to.equal(201);
    expect(body.certificate.domain_names).to.deep.equal(domain_names);
    const action = await cloud.api.ended(body.action);
    return { action, certificate: await read(body.certificate.id) };
  };

  it("are uploaded, and tell what they are for", async () => {
    const pair = selfSigned(["shop.test", "*.shop.test"], new Date("2026-01-02T03:04:05Z"));
    const { status, body } = await upload("mine", pair);
    expect(status).to.equal(201);
    expect(body.action).to.equal(null);
    const { certificate } = body;
    expect(certificate).to.deep.include({
      type: "uploaded",
      certificate: pair.certificate,
      domain_names: ["shop.test", "*.shop.test"],
      not_valid_before: "2026-01-02T03:04:05+00:00",
      not_valid_after: "2026-04-02T03:04:05+00:00",
      status: null,
      used_by: [],
    });
    expect(certificate.fingerprint).to.match(/^([0-9a-f]{2}:){19}[0-9a-f]{2}$/);
    expect(certificate).to.not.have.property("private_key");
    const all = JSON.stringify((await cloud.api.get("/certificates")).body);
    expect(all).to.not.contain("PRIVATE KEY");
  });

  it("are refused when they are none, or not the key's", async () => {
    const field = async (more: object) => (await upload("bad", more)).body.error.details.fields;
    const names = async (more: object) => (await field(more)).map((f: { name: string }) => f.name);
    expect(await names({ certificate: "PEM" })).to.deep.equal(["certificate"]);
    expect(await names({ private_key: "PEM" })).to.deep.equal(["private_key"]);
    const { private_key } = selfSigned(["other.test"], new Date());
    expect(await field({ private_key })).to.deep.equal([
      { name: "private_key", messages: ["is not the certificate's key"] },
    ]);
    expect(await names({ type: "found" })).to.deep.equal(["type"]);
    const managed = { name: "x", type: "managed", domain_names: [] };
    const { body } = await cloud.api.post("/certificates", managed);
    expect(body.error.details.fields[0].name).to.equal("domain_names");
  });

  it("are issued for domains whose zone is here", async () => {
    await zone("shop.test");
    const { action, certificate } = await ask("managed", "shop.test", "*.shop.test");
    expect(action).to.include({ command: "create_certificate", status: "success" });
    expect(certificate.status).to.deep.equal({
      issuance: "completed",
      renewal: "scheduled",
      error: null,
    });
    const own = new X509Certificate(certificate.certificate);
    expect(own.subjectAltName).to.equal("DNS:shop.test, DNS:*.shop.test");
    expect(own.verify(own.publicKey)).to.equal(true);
    const { certificates } = (await cloud.api.get("/certificates?type=managed")).body;
    expect(certificates).to.deep.equal([certificate]);
  });

  it("are not issued for others, and say why", async () => {
    const copy = [{ address: "203.0.113.1" }];
    await zone("copy.test", { mode: "secondary", primary_nameservers: copy });
    await zone("strict.test");
    const caa = { name: "@", type: "CAA", records: [{ value: '0 issue "example.org"' }] };
    await cloud.api.act("/zones/strict.test/rrsets", caa);
    for (const [domain, code] of [
      ["nowhere.test", "dns_zone_not_found"],
      ["www.copy.test", "dns_zone_is_secondary_zone"],
      ["www.strict.test", "caa_record_does_not_allow_ca"],
      ["*.strict.test", "caa_record_does_not_allow_ca"],
    ] as const) {
      const { action, certificate } = await ask(`for ${domain}`, domain);
      expect([action.status, action.error.code]).to.deep.equal(["error", code]);
      expect(certificate.status).to.deep.include({ issuance: "failed", error: action.error });
      expect(certificate.certificate).to.equal(null);
    }
    const open = { name: "open", type: "CAA", records: [{ value: '0 issue "letsencrypt.org"' }] };
    await cloud.api.act("/zones/strict.test/rrsets", open);
    const { action } = await ask("allowed", "a.open.strict.test");
    expect(action.status).to.equal("success");
  });

  it("are retried after they failed, and only then", async () => {
    const { certificate } = await ask("later", "later.test");
    const path = `/certificates/${certificate.id}/actions/retry`;
    await zone("later.test");
    const action = await cloud.api.act(path);
    expect(action).to.include({ command: "issue_certificate", status: "success" });
    expect((await read(certificate.id)).status.issuance).to.equal("completed");
    const again = await cloud.api.post(path);
    expect([again.status, again.body.error.code]).to.deep.equal([422, "unsupported_error"]);
  });

  it("can fail at the CA, when one wishes for it", async () => {
    await zone("unlucky.test");
    for (const code of [
      "ca_dns_validation_failed",
      "ca_too_many_authorizations_failed_recently",
      "ca_too_many_certificates_issued_for_registered_domain",
      "ca_too_many_duplicate_certificates",
      "could_not_verify_domain_delegated_to_zone",
    ]) {
      await wish(cloud, { kind: "failing_action", command: "create_certificate", code });
      const { certificate } = await ask(code, "unlucky.test");
      expect(certificate.status.error.code).to.equal(code);
    }
  });

  it("are there again after a restart", async () => {
    const { body } = await upload("lasting");
    await cloud.stop();
    cloud = await startCloud({ data });
    expect(await read(body.certificate.id)).to.deep.equal(body.certificate);
  });
});
