import { expect } from "chai";
import { publicKey } from "../support/keys.ts";
import { startHcloud } from "./support/hcloud.ts";
import { run } from "./support/programs.ts";

describe("Debian's hcloud command", () => {
  let cloud: Awaited<ReturnType<typeof startHcloud>>;
  before(async () => {
    cloud = await startHcloud();
  });
  after(() => cloud.stop());
  const hcloud = (line: string, ...more: string[]) => cloud.hcloud(line, ...more);
  const described = (what: string) => cloud.described(what);

  it("makes, lists and describes a server", async () => {
    await hcloud("ssh-key create --name me --public-key", publicKey());
    const made = "server create --name web --type cx23 --image docker-ce --ssh-key me";
    expect(await hcloud(`${made} --location fsn1 --label tier=web`)).to.match(/created/);
    // Debian's version is too old to show the location: the API has no datacenters any more.
    const columns = "name,status,type";
    const row = await hcloud(`server list -l tier=web -o noheader -o columns=${columns}`);
    expect(row.split(/\s+/)).to.deep.equal(["web", "running", "cx23"]);
    const server = await described("server describe web");
    expect(server).to.include({ name: "web", status: "running" });
    expect(await hcloud("server ip web")).to.equal(server.public_net.ipv4.ip);
  });

  it("switches it off and on, changes its type and protects it", async () => {
    for (const verb of ["reboot", "reset", "shutdown", "poweroff"]) {
      await hcloud(`server ${verb} web`);
    }
    await hcloud("server change-type --keep-disk web cx33");
    await hcloud("server poweroff web");
    await hcloud("server poweron web");
    await hcloud("server enable-backup web");
    await hcloud("server enable-protection web delete rebuild");
    const server = await described("server describe web");
    expect(server.server_type.name).to.equal("cx33");
    expect(server.protection).to.deep.equal({ delete: true, rebuild: true });
    const refused = await cloud.call("server delete web");
    expect(refused.code).to.not.equal(0);
    expect(refused.output).to.contain("(protected");
    await hcloud("server disable-protection web delete rebuild");
  });

  it("makes a volume, attaches it, lets it grow and deletes it", async () => {
    await hcloud("volume create --name data --size 10 --server web --format ext4");
    await hcloud("volume detach data");
    await hcloud("volume resize data --size 20");
    await hcloud("volume attach data --server web");
    expect((await described("volume describe data")).size).to.equal(20);
    await hcloud("volume detach data");
    await hcloud("volume delete data");
  });

  it("makes a firewall with rules, applies it and deletes it", async () => {
    await hcloud("firewall create --name wall");
    const rule = "--direction in --protocol tcp --port 443 --source-ips 0.0.0.0/0";
    await hcloud(`firewall add-rule wall ${rule}`);
    await hcloud("firewall apply-to-resource wall --type server --server web");
    const wall = await described("firewall describe wall");
    expect(wall.rules[0]).to.include({ port: "443", protocol: "tcp" });
    expect(wall.applied_to).to.have.length(1);
    await hcloud("firewall remove-from-resource wall --type server --server web");
    await hcloud("firewall delete wall");
  });

  it("names a primary IP, takes it from the server, gives it back, and deletes both", async () => {
    const { id, ip: address } = (await described("server describe web")).public_net.ipv4;
    await hcloud(`primary-ip update ${id} --name front --auto-delete=false`);
    await hcloud(`primary-ip set-rdns front --ip ${address} --hostname front.example.org`);
    await hcloud("server poweroff web");
    await hcloud("primary-ip unassign front");
    const { id: server } = await described("server describe web");
    await hcloud(`primary-ip assign front --server ${server}`);
    const ip = await described("primary-ip describe front");
    expect(ip).to.include({ assignee_id: server, assignee_type: "server", auto_delete: false });
    expect(ip.dns_ptr[0].dns_ptr).to.equal("front.example.org");
    await hcloud("server delete web");
    await hcloud("primary-ip delete front");
    await hcloud("ssh-key delete me");
    expect(await hcloud("server list -o noheader")).to.equal("");
    expect(await hcloud("primary-ip list -o noheader")).to.equal("");
  });

  it("shows the catalogue", async () => {
    expect(await hcloud("server-type list -o noheader -o columns=name")).to.contain("cax41");
    expect(await hcloud("location list -o noheader -o columns=name")).to.contain("hel1");
    expect(await hcloud("image list --type system -o noheader -o columns=name")).to.contain(
      "debian-12",
    );
  });

  it("says what went wrong as the API says it", async () => {
    expect((await cloud.call("server describe nobody")).output).to.contain(
      "server not found: nobody",
    );
    const { code, output } = await cloud.call(
      "volume create --name small --size 1 --location fsn1",
    );
    expect(code).to.not.equal(0);
    expect(output).to.match(/size/);
    const wrong = await run("hcloud", ["server", "list"], {
      ...cloud.env,
      HCLOUD_TOKEN: "x".repeat(64),
    });
    expect(wrong.output).to.contain("unauthorized");
  });
});
