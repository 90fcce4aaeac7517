import { request as requestHttp } from "node:http";
import { request } from "node:https";
import { expect } from "chai";
import { type Pair, selfSigned } from "../../certificates/issue.ts";
import { fits } from "../../load-balancer/tls.ts";
import { Backends } from "../support/backends.ts";
import { useBalancer } from "../support/balancers.ts";
import { freePort } from "../support/ports.ts";

const BACKEND = "127.0.82.1";
const SHOP = selfSigned(["shop.test"], new Date());
const BLOG = selfSigned(["*.blog.test"], new Date());

describe("https services of load balancers", () => {
  const { front, act, read, refused, wrongField } = useBalancer();
  let backends: Backends;
  let address: string;
  let port: number;
  beforeEach(async () => {
    backends = new Backends();
    address = front.balancer.public_net.ipv4.ip;
    port = await freePort(address);
    await backends.http(BACKEND, (incoming, response) => {
      response.end(JSON.stringify(incoming.headers));
    });
    await act("add_target", { type: "ip", ip: { ip: BACKEND } });
  });
  afterEach(() => backends.close());

  const upload = async (name: string, pair: Pair): Promise<number> =>
    (await front.cloud.api.made("/certificates", { name, ...pair })).id;
  const https = (certificates: number[], more: object = {}) => ({
    protocol: "https",
    listen_port: port,
    destination_port: backends.port,
    http: { certificates, ...more },
  });

  /** Asks by https as a client does that trusts this certificate only. */
  const ask = (servername: string, { certificate }: Pair): Promise<Record<string, string>> =>
    new Promise((resolve, reject) => {
      const options = { host: address, port, servername, ca: certificate, agent: false };
      const sent = request({ ...options, headers: { Host: servername } }, async (answer) => {
        resolve(JSON.parse((await answer.toArray()).join("")));
      });
      sent.on("error", reject);
      sent.end();
    });
  const failure = (servername: string, pair: Pair): Promise<string> =>
    ask(servername, pair).then(
      () => "none",
      (cause: NodeJS.ErrnoException) => cause.code ?? cause.message,
    );

  it("end TLS with the certificate that fits the name", async () => {
    const [shop, blog] = [await upload("shop", SHOP), await upload("blog", BLOG)];
    expect(await act("add_service", https([shop, blog]))).to.include({ status: "success" });
    const seen = await ask("shop.test", SHOP);
    expect(seen).to.include({
      host: "shop.test",
      "x-forwarded-proto": "https",
      "x-forwarded-port": String(port),
    });
    expect((await ask("my.blog.test", BLOG)).host).to.equal("my.blog.test");
    // Whoever asks for another name gets the first one, and finds that it does not fit.
    expect(await failure("nobody.test", SHOP)).to.equal("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await failure("shop.test", BLOG)).to.not.equal("none");
  });

  it("know a wildcard for one label", () => {
    expect([fits("*.a.test", "b.a.test"), fits("A.test", "a.TEST")]).to.deep.equal([true, true]);
    for (const host of ["a.test", "c.b.a.test", "xa.test", ""]) {
      expect(fits("*.a.test", host), host).to.equal(false);
    }
  });

  it("take other certificates, and say where each is used", async () => {
    const [shop, blog] = [await upload("shop", SHOP), await upload("blog", BLOG)];
    await act("add_service", https([shop]));
    const path = `/certificates/${shop}`;
    const used = async () => (await front.cloud.api.get(path)).body.certificate.used_by;
    expect(await used()).to.deep.equal([{ id: front.balancer.id, type: "load_balancer" }]);
    const { status, body } = await front.cloud.api.delete(path);
    expect([status, body.error.code]).to.deep.equal([422, "resource_in_use"]);
    await act("update_service", { listen_port: port, http: { certificates: [blog] } });
    expect(await failure("shop.test", SHOP)).to.not.equal("none");
    await ask("a.blog.test", BLOG);
    expect(await used()).to.deep.equal([]);
    expect((await front.cloud.api.delete(path)).status).to.equal(204);
    await act("update_service", { listen_port: port, protocol: "http" });
    const [service] = (await read()).services;
    expect(service.http.certificates).to.deep.equal([]);
  });

  it("send plain HTTP on to themselves, when that is asked for", async () => {
    const shop = await upload("shop", SHOP);
    await act("add_service", https([shop], { redirect_http: true }));
    const location = await new Promise((resolve, reject) => {
      const options = { host: address, port: 80, path: "/a?b", headers: { Host: "shop.test" } };
      const sent = requestHttp({ ...options, agent: false }, (answer) => {
        answer.resume();
        resolve([answer.statusCode, answer.headers.location]);
      });
      sent.on("error", reject);
      sent.end();
    });
    expect(location).to.deep.equal([301, `https://shop.test:${port}/a?b`]);
    const plain = { protocol: "http", listen_port: 80 };
    const taken = { status: 412, code: "source_port_already_used" };
    expect(await refused("add_service", plain)).to.include(taken);
  });

  it("need certificates that are there, and nothing else does", async () => {
    const shop = await upload("shop", SHOP);
    expect(await wrongField("add_service", https([]))).to.equal("http.certificates");
    expect(await wrongField("add_service", { protocol: "https" })).to.equal("http.certificates");
    expect(await refused("add_service", https([1]))).to.include({ code: "not_found" });
    const plain = { ...https([shop]), protocol: "http" };
    expect(await wrongField("add_service", plain)).to.equal("http.certificates");
    const redirect = { protocol: "http", http: { redirect_http: true } };
    expect(await wrongField("add_service", redirect)).to.equal("http.redirect_http");
    const pending = { name: "pending", type: "managed", domain_names: ["nowhere.test"] };
    const { id } = (await front.cloud.api.post("/certificates", pending)).body.certificate;
    expect(await wrongField("add_service", https([id]))).to.equal("http.certificates");
    const many: number[] = [];
    for (let n = 0; n < 11; n++) many.push(await upload(`many-${n}`, SHOP));
    const error = await refused("add_service", https(many));
    expect(error).to.include({ status: 403, code: "resource_limit_exceeded" });
    const { listen_port, destination_port, health_check } = (
      await front.cloud.api.made("/load_balancers", {
        name: "standard",
        load_balancer_type: "lb11",
        location: "fsn1",
        public_interface: false,
        services: [{ protocol: "https", http: { certificates: [shop] } }],
      })
    ).services[0];
    expect({ listen_port, destination_port }).to.deep.equal({
      listen_port: 443,
      destination_port: 80,
    });
    expect(health_check).to.include({ protocol: "http", port: 80 });
  });
});
