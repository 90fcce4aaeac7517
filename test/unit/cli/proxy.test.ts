import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { RefusedError } from "../../../cli/errors.ts";
import { certify } from "../../../cli/local-ca/self-signed.ts";
import { useProxy } from "../../../cli/proxy.ts";
import { whyUnreached } from "../../../cli/unreached.ts";
import { root } from "../../../config/load.ts";

const run = promisify(execFile);

describe("what is asked by HTTPS", () => {
  let directory: string;
  let site: Server;
  let proxy: Server;
  /** Whom the proxy was asked for. */
  let asked: string[];
  const portOf = (server: Server) => (server.address() as AddressInfo).port;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "onebox-proxy-"));
    certify(join(directory, "key.pem"), join(directory, "cert.pem"), "DNS:api.onebox.invalid");
    const pem = (name: string) => readFileSync(join(directory, name));
    site = createSecureServer({ key: pem("key.pem"), cert: pem("cert.pem") }, (_, response) =>
      response.end("the site"),
    ).listen(0, "127.0.0.1");
    asked = [];
    proxy = createServer()
      .on("connect", ({ url = "" }, socket) => {
        asked.push(url);
        const to = connect(portOf(site), "127.0.0.1", () => {
          socket.write("HTTP/1.1 200 OK\r\n\r\n");
          to.pipe(socket).pipe(to);
        });
        for (const end of [to, socket]) end.on("error", () => {});
      })
      .listen(0, "127.0.0.1");
    await Promise.all([once(site, "listening"), once(proxy, "listening")]);
  });
  afterEach(() => {
    site.close();
    proxy.close();
    rmSync(directory, { recursive: true });
  });

  /** What a program of its own gets that asks by fetch(): the proxy is one for all of a process. */
  async function fetched(url: string, env: Record<string, string>): Promise<string> {
    const text = `
      import { useProxy } from "${root}/cli/proxy.ts";
      import { whyUnreached } from "${root}/cli/unreached.ts";
      useProxy(process.env);
      console.log(await fetch("${url}").then((answer) => answer.text(), whyUnreached));
      process.exit();`;
    const args = ["--input-type=module", "--eval", text];
    const { stdout } = await run(process.execPath, args, {
      env: { PATH: process.env.PATH, ...env },
    });
    return stdout.trim();
  }
  const trusting = () => ({ NODE_EXTRA_CA_CERTS: join(directory, "cert.pem") });
  const by = () => `http://127.0.0.1:${portOf(proxy)}`;

  it("goes through the proxy that the environment names", async () => {
    const url = "https://api.onebox.invalid/v1";
    for (const name of ["HTTPS_PROXY", "https_proxy"]) {
      expect(await fetched(url, { ...trusting(), [name]: by() })).to.equal("the site");
    }
    const bare = { HTTPS_PROXY: by().replace("http://", "") };
    expect(await fetched(url, { ...trusting(), ...bare })).to.equal("the site");
    expect(asked).to.deep.equal(Array(3).fill("api.onebox.invalid:443"));
  });

  it("is refused where the environment names none, without its password", () => {
    for (const HTTPS_PROXY of [":::", "ftp://me:hunter2@x", "http://me:hunter2@x\n:1"]) {
      expect(() => useProxy({ HTTPS_PROXY }), HTTPS_PROXY)
        .to.throw(RefusedError, /^HTTPS_PROXY is no URL/)
        .with.property("message")
        .that.does.not.include("hunter2");
    }
  });

  it("goes there directly where it is near, or excepted, or by HTTP", async () => {
    const near = `https://127.0.0.1:${portOf(site)}/`;
    expect(await fetched(near, { HTTPS_PROXY: by() })).to.include("CA that Node does not know");
    const except = { HTTPS_PROXY: by(), NO_PROXY: "onebox.invalid,.onebox.invalid" };
    expect(await fetched("https://api.onebox.invalid/", except)).to.include("cannot be looked up");
    expect(await fetched("http://127.0.0.1:4/", { HTTPS_PROXY: by(), HTTP_PROXY: by() })).to.equal(
      "ECONNREFUSED",
    );
    expect(asked).to.deep.equal([]);
  });

  it("and is not answered has a reason in words", () => {
    const failed = (code: string) =>
      new TypeError("fetch failed", { cause: Object.assign(new Error("long"), { code }) });
    expect(whyUnreached(failed("CERT_NOT_YET_VALID"))).to.include("is the clock right?");
    expect(whyUnreached(failed("UNABLE_TO_GET_ISSUER_CERT_LOCALLY"))).to.include(
      "NODE_EXTRA_CA_CERTS",
    );
    expect(whyUnreached(failed("EAI_AGAIN"))).to.include("cannot be looked up");
    expect(whyUnreached(failed("ECONNRESET"))).to.equal("ECONNRESET");
    expect(whyUnreached(AbortSignal.abort(new DOMException("", "TimeoutError")).reason)).to.equal(
      "it takes too long",
    );
    expect(whyUnreached("so")).to.equal("so");
  });
});
