import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { selfSigned } from "../../certificates/issue.ts";
import { freePort } from "../support/ports.ts";
import { startHcloud } from "./support/hcloud.ts";

describe("Debian's hcloud command and what leads to servers", () => {
  const directory = mkdtempSync(join(tmpdir(), "onebox-pair-"));
  let cloud: Awaited<ReturnType<typeof startHcloud>>;
  before(async () => {
    cloud = await startHcloud();
    for (const name of ["web", "spare"]) {
      await hcloud(`server create --name ${name} --type cx23 --image debian-12 --location fsn1`);
    }
  });
  after(async () => {
    await cloud.stop();
    rmSync(directory, { recursive: true });
  });
  const hcloud = (line: string, ...more: string[]) => cloud.hcloud(line, ...more);
  const described = (what: string) => cloud.described(what);

  it("makes a floating IP, moves it between servers and deletes it", async () => {
    await hcloud("floating-ip create --name float --type ipv4 --home-location fsn1");
    await hcloud("floating-ip assign float web");
    await hcloud("floating-ip assign float spare");
    const { id, ip, server } = await described("floating-ip describe float");
    const spare = await described("server describe spare");
    expect(server).to.equal(spare.id);
    expect(spare.public_net.floating_ips).to.deep.equal([id]);
    await hcloud(`floating-ip set-rdns float --ip ${ip} --hostname float.example.org`);
    await hcloud("floating-ip update float --description web");
    expect(await described("floating-ip describe float")).to.include({ description: "web" });
    await hcloud("floating-ip enable-protection float delete");
    expect((await cloud.call("floating-ip delete float")).output).to.contain("(protected");
    await hcloud("floating-ip disable-protection float delete");
    await hcloud("floating-ip unassign float");
    await hcloud("floating-ip delete float");
    expect(await hcloud("floating-ip list -o noheader")).to.equal("");
  });

  it("uploads a certificate, and gives it to a load balancer", async () => {
    const { certificate, private_key } = selfSigned(["shop.test"], new Date());
    writeFileSync(join(directory, "cert.pem"), certificate);
    writeFileSync(join(directory, "key.pem"), private_key);
    const files = `--cert-file ${directory}/cert.pem --key-file ${directory}/key.pem`;
    await hcloud(`certificate create --name shop ${files}`);
    const { id, domain_names } = await described("certificate describe shop");
    expect(domain_names).to.deep.equal(["shop.test"]);
    await hcloud("load-balancer create --name front --type lb11 --location fsn1");
    const port = await freePort("127.0.0.1");
    const service = `--protocol https --listen-port ${port} --destination-port 80`;
    await hcloud(`load-balancer add-service front ${service} --http-certificates ${id}`);
    expect((await described("certificate describe shop")).used_by).to.have.length(1);
    await hcloud("load-balancer delete front");
    await hcloud("certificate delete shop");
  });

  it("attaches an ISO and detaches it", async () => {
    const [name] = (await hcloud("iso list -o noheader -o columns=name")).split("\n");
    await hcloud(`server attach-iso web ${name}`);
    expect((await described("server describe web")).iso.name).to.equal(name);
    await hcloud("server detach-iso web");
    expect((await described("server describe web")).iso).to.equal(null);
  });

  it("draws what a server has used", async () => {
    for (const type of ["cpu", "disk", "network"]) {
      expect(await hcloud(`server metrics web --type ${type}`)).to.match(/┤|┼/);
    }
  });
});
