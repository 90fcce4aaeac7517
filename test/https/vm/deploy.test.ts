import { readFileSync } from "node:fs";
import { get as getPlainly, type IncomingHttpHeaders } from "node:http";
import { get } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import { expect } from "chai";
import { Clone, type Run } from "../../support/clone.ts";
import { plantCanaries } from "../../support/secrets.ts";
import { uploadSlowly } from "../../support/slow-upload.ts";

const config = ["--config", "test/fixtures/https.config.ts"];
const [own, www] = ["stage.onebox.localhost", "www.onebox.localhost"];
const preview = "any.stage.onebox.localhost";

describe("a deploy with HTTPS", () => {
  const clone = new Clone();
  let address: string;
  let ofPreviews: string;

  async function run(code: number, script: string, ...args: string[]): Promise<Run> {
    const done = await clone.run(script, args);
    expect(done.code, `scripts/${script} ${args.join(" ")}\n${done.output}`).to.equal(code);
    return done;
  }
  const roots = () =>
    readFileSync(join(clone.directory, ".onebox/cloud/authority/roots.pem"), "utf8");

  /** Asks by HTTPS, with the certificate verified by Pebble's root. */
  function ask(host: string, path = "/version") {
    return new Promise<{ status: number; location: string; headers: IncomingHttpHeaders }>(
      (resolve, reject) => {
        const options = { host: address, path, ca: roots(), servername: host, headers: { host } };
        get({ ...options, agent: false, timeout: 60_000 }, (response) => {
          const { statusCode = 0, headers } = response.resume();
          resolve({ status: statusCode, location: headers.location ?? "", headers });
        }).on("error", reject);
      },
    );
  }

  /** Asks by HTTP. */
  function askPlainly(host: string) {
    return new Promise<{ status: number; location: string }>((resolve, reject) => {
      const options = { host: address, path: "/a?b=c", headers: { host }, agent: false as const };
      getPlainly({ ...options, timeout: 60_000 }, (response) => {
        const { statusCode = 0, headers } = response.resume();
        resolve({ status: statusCode, location: headers.location ?? "" });
      }).on("error", reject);
    });
  }

  /** The serial number of what a host shows, whoever has issued it; empty when it shows nothing. */
  function serial(servername: string): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect({ host: address, port: 443, servername, rejectUnauthorized: false });
      socket.on("error", () => resolve(""));
      socket.on("secureConnect", () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      });
    });
  }

  before(() => {
    plantCanaries(clone);
    clone.commit("Use secrets of our own");
  });
  after(async () => {
    await clone.run("cloud.sh", ["reset", "--yes"]);
    clone.remove();
  });

  it("ends when each host has a certificate", async () => {
    const { output, seconds } = await run(0, "deploy.sh", "stage", ...config);
    console.log(`      the first deploy took ${seconds.toFixed(0)} s`);
    expect(output).to.match(/✓ dns +each host resolves to/);
    expect(output).to.match(/✓ certificates +each host has a certificate/);
    address = (await run(0, "terraform.sh", ...config, "server", "output", "-raw", "address"))
      .stdout;
    const answer = await ask(own);
    expect(answer.status).to.equal(200);
    expect(answer.headers).to.include({ "strict-transport-security": "max-age=31536000" });
    expect(await ask(www, "/a?b=c")).to.include({ status: 301, location: `https://${own}/a?b=c` });
  });

  it("leads HTTP there, and shows strangers nothing", async () => {
    expect(await askPlainly(own)).to.deep.equal({ status: 301, location: `https://${own}/a?b=c` });
    expect(await askPlainly("other.test")).to.deep.equal({ status: 404, location: "" });
    expect(await serial("other.test")).to.equal("");
  });

  it("has one certificate for all previews, by a token that only its file holds", async () => {
    expect((await ask(preview)).status).to.equal(404);
    ofPreviews = await serial(preview);
    expect(await serial("fix-1.stage.onebox.localhost")).to.equal(ofPreviews);
    const { token } = JSON.parse(
      readFileSync(join(clone.directory, ".onebox/cloud/cloud.json"), "utf8"),
    );
    const place = "/opt/onebox/secrets/dns_token";
    const { stdout } = await run(0, "ssh.sh", `stat -c %a ${place}; cat ${place}`);
    expect(stdout.trim()).to.equal(`600\n${token}`);
    const other =
      "docker inspect onebox-traefik; docker logs onebox-traefik 2>&1; cat /mnt/onebox/acme/acme.json";
    const elsewhere = (await run(0, "ssh.sh", other)).stdout;
    expect(elsewhere).to.include('"wildcard"').and.not.to.include(token);
    const state = join(clone.directory, ".onebox/state/onebox/server.tfstate");
    expect(readFileSync(state, "utf8")).to.include('"token"').and.not.to.include(token);
  });

  it("is followed by prod's, and by a preview's, whose certificate is there already", async () => {
    await run(0, "deploy.sh", "prod", ...config);
    expect((await ask("onebox.localhost")).status).to.equal(200);
    clone.git("branch", "shop");
    await run(0, "preview.sh", "up", "shop", ...config);
    const host = "shop.stage.onebox.localhost";
    const { status, headers } = await ask(host);
    expect(status).to.equal(200);
    expect(headers).to.include({
      "strict-transport-security": "max-age=31536000",
      "x-robots-tag": "noindex",
    });
    expect(await serial(host)).to.equal(ofPreviews);
    expect(await askPlainly(host)).to.deep.equal({
      status: 301,
      location: `https://${host}/a?b=c`,
    });
    expect((await ask("previews.stage.onebox.localhost", "/")).status).to.equal(200);
    await run(0, "preview.sh", "down", "shop", ...config);
    expect((await ask(host)).status).to.equal(404);
  });

  it("comes again and changes nothing", async () => {
    const before = await serial(own);
    const { output, seconds } = await run(0, "deploy.sh", "stage", ...config);
    console.log(`      the same deploy again took ${seconds.toFixed(0)} s`);
    expect(output).to.match(/✓ certificates/);
    expect(await serial(own)).to.equal(before);
  });

  it("lets an upload longer than a deploy go on over a release", async () => {
    const release = async () => (await ask(own)).headers["x-onebox-release"];
    const before = await release();
    let underWay = true;
    const place = { address, host: own, roots: roots() };
    clone.write("server/slow.txt", "Another release\n");
    clone.commit("Be another release");
    const deployed = run(0, "deploy.sh", "stage", ...config);
    const upload = uploadSlowly(place, `slow-${Date.now()}`, deployed).finally(() => {
      underWay = false;
    });
    upload.catch(() => {}); // it is waited for below
    await deployed;
    expect(await release()).to.not.equal(before);
    expect(underWay, "it went on when the next release served").to.equal(true);
    expect(await upload).to.deep.equal({ status: 201, release: before });
  });

  it("shows the maintenance page by HTTPS, too", async () => {
    await run(0, "maintenance.sh", "stage", "on", ...config);
    expect((await ask(own)).status).to.equal(503);
    await run(0, "maintenance.sh", "stage", "off", ...config);
    expect((await ask(own)).status).to.equal(200);
  });

  it("tells who looks each night of hosts without a good certificate, though nobody deploys", async () => {
    await run(0, "drift.sh", ...config);
    await run(0, "ssh.sh", "docker stop onebox-traefik");
    const { stdout } = await run(4, "drift.sh", "--markdown", ...config);
    await run(0, "ssh.sh", "docker start onebox-traefik");
    expect(stdout).to.include(`- ${own} has no certificate: `).and.to.include(`- ${www} has no`);
  });

  it("says which record is missing, and leaves the release that serves alone", async () => {
    const elsewhere = ["--config", "test/fixtures/https-elsewhere.config.ts"];
    const { output } = await run(1, "deploy.sh", "stage", ...elsewhere);
    expect(output).to.include(
      `error: DNS has nothing for shop.onebox.localhost A; it should be: shop.onebox.localhost. 300 IN A ${address}`,
    );
    expect(output)
      .to.match(/✗ dns/)
      .and.not.to.match(/✓ release/);
    expect((await ask(own)).status).to.equal(200);
  });

  it("on a new server with the old volume asks for no certificate", async () => {
    // The configuration before had no previews; what was issued for them is kept.
    const before = [await serial(own), await serial(www), ofPreviews];
    await run(
      0,
      "terraform.sh",
      ...config,
      "server",
      "apply",
      "-auto-approve",
      "-replace=hcloud_server.server",
    );
    await run(0, "deploy.sh", "stage", ...config);
    expect([await serial(own), await serial(www), await serial(preview)]).to.deep.equal(before);
    const log = await run(0, "ssh.sh", "docker logs onebox-traefik 2>&1");
    expect(log.stdout)
      .to.include("Testing certificate renew")
      .and.not.to.match(/trying to solve/i);
    await run(0, "certificates.sh", "stage", ...config);
  });

  it("leaves nothing behind", async () => {
    await run(0, "destroy.sh", "all", "--data", "--yes", ...config);
  });
});
