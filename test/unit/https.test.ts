import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { renderPreviewRoutes } from "../../cli/release/preview-routes.ts";
import { renderRoute } from "../../cli/webhook/files.ts";
import { checkConfig } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { CLOUDFLARE } from "../../config/cloudflare.ts";
import { root } from "../../config/load.ts";
import { refusePreview } from "../../config/previews.ts";
import { liesInOne } from "../../config/proxies.ts";
import type { ConfigInput } from "../../config/schema.ts";
import { longestUpload } from "../../config/uploads.ts";
import {
  boundUploads,
  renderSecureEntry,
  renderTraefik,
  trustProxies,
} from "../../stacks/traefik.ts";
import { configWith } from "../fixtures/valid-config.ts";
import { plainApp } from "../support/limits.ts";
import { problemsOf } from "../support/problems.ts";
import { synthesise, terraform } from "../support/synthesise.ts";

const https = { email: "ops@example.com" };

const wrongIn = (changes: Partial<ConfigInput>) =>
  problemsOf(() => checkConfig(configWith(changes), root));

describe("HTTPS in the configuration", () => {
  it("needs somebody who looks after the records", () => {
    expect(wrongIn({ https })).to.deep.equal([
      "https: needs a dns section: the CA looks the hosts up (docs/https.md)",
    ]);
    expect(wrongIn({ https, dns: { zones: [] } })).to.deep.equal([]);
  });

  it("needs a CA that may issue", () => {
    const dns = { zones: [""], authorities: ["example.net"] };
    expect(wrongIn({ https, dns })).to.deep.equal([
      "dns.authorities: leaves out letsencrypt.org, which https needs",
    ]);
    dns.authorities.push("letsencrypt.org");
    expect(wrongIn({ https, dns })).to.deep.equal([]);
  });

  it("needs the zone of the previews' wildcard, in which their certificate is proved", () => {
    const elsewhere = { zones: [], previews: true };
    expect(wrongIn({ https, dns: elsewhere })).to.deep.equal([
      "dns.previews: with https, *.stage.example.com must lie in one of dns.zones (docs/https.md)",
    ]);
    expect(wrongIn({ dns: elsewhere })).to.deep.equal([]);
    expect(wrongIn({ https, dns: { zones: [""], previews: true } })).to.deep.equal([]);
  });

  it("needs the wildcard before there is a preview", () => {
    const refusedWith = (previews: boolean) => {
      const config = checkConfig(configWith({ https, dns: { zones: [""], previews } }), root);
      return refusePreview(config, resolveCloud(config, root), "fix-1");
    };
    expect(refusedWith(false)).to.match(/^with https, previews need dns\.previews/);
    expect(refusedWith(true)).to.equal(undefined);
  });

  it("needs an address to write to", () => {
    expect(wrongIn({ https: { email: "ops" }, dns: { zones: [""] } })).to.deep.equal([
      "https.email: must be an e-mail address",
    ]);
  });
});

describe("proxies in front of the server", () => {
  const plain = readFileSync(join(root, "traefik/traefik.yml"), "utf8");
  const ofProxies = (trustedProxies: unknown) =>
    wrongIn({ dns: { zones: [], trustedProxies } as ConfigInput["dns"] });

  it("are Cloudflare's, or networks", () => {
    expect(ofProxies("cloudflare")).to.deep.equal([]);
    expect(ofProxies(["192.0.2.0/24", "2001:db8::/32"])).to.deep.equal([]);
    for (const wrong of ["fastly", ["192.0.2.7"], ["192.0.2.0/33"], [""]])
      expect(ofProxies(wrong).join()).to.equal(
        'dns.trustedProxies: must be "cloudflare", or networks such as ["192.0.2.0/24"]',
      );
  });

  it("are believed by each entry point for visitors, and by no other", () => {
    const networks = ["192.0.2.0/24", "2001:db8::/32"];
    const text = trustProxies(plain, networks);
    const believed = '    forwardedHeaders:\n      trustedIPs: ["192.0.2.0/24","2001:db8::/32"]\n';
    expect(text.replace(believed, "")).to.equal(plain);
    const ca = { directory: "https://ca.test/dir", api: undefined };
    const secure = renderTraefik(text, {
      ca,
      email: "x",
      profile: undefined,
      proof: undefined,
    });
    expect(secure.split(believed)).to.have.length(3);
    expect(trustProxies(plain, [])).to.equal(plain);
  });

  it("gives a request as long as the environment that wants most, at each entry point", () => {
    expect(boundUploads(plain, 3600).match(/readTimeout: 3600s/g)).to.have.length(1);
    expect(boundUploads(plain, 600)).to.equal(plain);
    expect(() => boundUploads("entryPoints: {}\n", 600)).to.throw(/no readTimeout/);
    const environments = (upload: number) => ({
      stage: { limits: { upload } },
      prod: { limits: { upload: 60 } },
    });
    const longest = (upload: number) =>
      longestUpload({ environments: environments(upload) } as Parameters<typeof longestUpload>[0]);
    expect([longest(60), longest(7200)]).to.deep.equal([600, 7200]);
  });

  it("are all in Cloudflare's list that belong to it, with nothing beside", () => {
    for (const address of ["104.16.132.229", "172.67.1.1", "131.0.75.255", "2606:4700::1"])
      expect(liesInOne(address, CLOUDFLARE), address).to.equal(true);
    for (const address of ["104.15.255.255", "104.28.0.0", "1.1.1.1", "2606:4701::1"])
      expect(liesInOne(address, CLOUDFLARE), address).to.equal(false);
  });
});

describe("HTTPS in what is brought to the VM", () => {
  const plain = readFileSync(join(root, "traefik/traefik.yml"), "utf8");
  const ca = { directory: "https://ca.test/dir", api: undefined };

  it("comes before nothing else in Traefik's configuration, and after, the CA", () => {
    const text = renderTraefik(plain, {
      ca,
      email: "ops@example.com",
      profile: undefined,
      proof: undefined,
    });
    const added = text.slice(text.indexOf("\ncertificatesResolvers:"));
    expect(added)
      .to.include('caServer: "https://ca.test/dir"')
      .and.not.to.include("caCertificates");
    const [, ownTransport] =
      /websecure:[\s\S]*?certResolver: acme\n([\s\S]*?) {2}api:/.exec(text) ?? [];
    const [, transport] = / {2}web:\n.*\n {4}http:\n([\s\S]*?) {2}websecure:/.exec(text) ?? [];
    expect(ownTransport).to.equal(transport).and.to.include("keepAliveMaxTime");
    expect(() =>
      renderTraefik("entryPoints: {}", {
        ca,
        email: "x",
        profile: undefined,
        proof: undefined,
      }),
    ).to.throw(/entry point web/);
  });

  it("is read by a throw-away Traefik in which nothing orders a certificate", () => {
    const text = renderSecureEntry(plain);
    expect(text).to.match(/websecure:\n {4}address: ":443"\n {4}http:\n.*\n {6}tls: \{\}\n/);
    expect(text).not.to.match(/certificatesResolvers|certResolver/);
  });

  it("asks for a profile of certificate where the CA has some, and renews in its time", () => {
    const rendered = (profile: "tlsserver" | "shortlived") =>
      renderTraefik(plain, { ca, email: "x", profile, proof: { resolvers: [] } });
    expect(
      rendered("tlsserver").match(/profile: tlsserver\n +certificatesDuration: 1080/g),
    ).to.have.length(2);
    expect(
      rendered("shortlived").match(/profile: shortlived\n +certificatesDuration: 160/g),
    ).to.have.length(2);
  });

  it("is nothing at all without the section", () => {
    const files = ["server", "stage"].map((stack) =>
      readFileSync(
        join(synthesise("test/fixtures/shipped.config.ts"), "stacks", stack, "cdk.tf.json"),
        "utf8",
      ),
    );
    for (const text of files) expect(text).not.to.match(/websecure|acme|redirectScheme/);
    const webhook = renderRoute({ host: "hooks.example.com", https: false });
    expect(webhook).not.to.include("websecure");
  });

  it("orders the previews' certificate with a token that comes as a file, which only its hash tells of", () => {
    const directory = join(synthesise("test/fixtures/wildcard.config.ts"), "stacks/server");
    const { edge } = JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8")).resource
      .null_resource;
    const brought: { file?: { content?: string; source?: string; destination: string } }[] =
      edge.provisioner;
    const file = (name: string) =>
      brought.find(({ file }) => file?.destination === `/opt/onebox/incoming/${name}`)?.file;
    expect(file("dns_token")?.source).to.equal(["$", "{var.dns_token_file}"].join(""));
    expect(edge.triggers.token).to.equal(["$", "{var.dns_token_hash}"].join(""));
    expect(file("traefik/traefik.yml")?.content).to.include("provider: hetzner");
    expect(file("traefik/routes/onebox.yml")?.content).to.include('main: "*.stage.shop.test"');
    terraform(directory, "init", "-backend=false", "-no-color");
    expect(terraform(directory, "validate", "-no-color")).to.include("is valid");
  });

  it("lets previews' routes name no host that a certificate would be ordered for", () => {
    const own = "fix-1.stage.shop.test";
    const routes = renderPreviewRoutes({
      environment: "preview-fix-1",
      hosts: { own, all: [own], redirects: [] },
      https: true,
      app: plainApp,
      certified: true,
      release: "r",
      allow: [],
      proxies: [],
    });
    const lines = routes.trim().split("\n");
    for (const line of lines) {
      const { routers } = JSON.parse(line.slice(line.indexOf(" "))).http;
      expect(routers["preview-fix-1"].entryPoints).to.include("websecure");
      expect(routers["preview-fix-1"].rule).to.equal("HostRegexp(`^fix-1[.]stage[.]shop[.]test$`)");
      expect(routers["preview-fix-1-https"].entryPoints).to.deep.equal(["web"]);
    }
    expect(lines).to.have.length(2);
  });

  it("is the webhook's too", () => {
    const { http } = JSON.parse(renderRoute({ host: "hooks.example.com", https: true }));
    expect(http.routers.webhook.entryPoints).to.deep.equal(["web", "websecure"]);
    expect(http.routers["webhook-https"].rule).to.include("Host(`hooks.example.com`)");
  });
});
