import { expect } from "chai";
import { freePort } from "../support/ports.ts";
import { startHcloud } from "./support/hcloud.ts";

describe("Debian's hcloud command and what stands between servers", () => {
  let cloud: Awaited<ReturnType<typeof startHcloud>>;
  before(async () => {
    cloud = await startHcloud();
    await cloud.hcloud("server create --name web --type cx23 --image debian-12 --location fsn1");
  });
  after(() => cloud.stop());
  const hcloud = (line: string, ...more: string[]) => cloud.hcloud(line, ...more);
  const described = (what: string) => cloud.described(what);

  it("makes a network with subnets and routes, and lets servers in and out", async () => {
    await hcloud("network create --name inner --ip-range 10.0.0.0/16");
    const subnet = "inner --type cloud --network-zone eu-central --ip-range";
    await hcloud(`network add-subnet ${subnet} 10.0.1.0/24`);
    await hcloud(`network add-subnet ${subnet} 10.0.2.0/24`);
    await hcloud("network add-route inner --destination 10.9.0.0/24 --gateway 10.0.1.9");
    await hcloud("server attach-to-network web --network inner --ip 10.0.1.5");
    await hcloud("server change-alias-ips web --network inner --alias-ips 10.0.1.50");
    const network = await described("network describe inner");
    expect(network.subnets).to.have.length(2);
    expect(network.routes).to.deep.equal([{ destination: "10.9.0.0/24", gateway: "10.0.1.9" }]);
    const { private_net } = await described("server describe web");
    expect(private_net[0]).to.include({ ip: "10.0.1.5", network: network.id });
    expect(private_net[0].alias_ips).to.deep.equal(["10.0.1.50"]);
    await hcloud("network remove-route inner --destination 10.9.0.0/24 --gateway 10.0.1.9");
    await hcloud("network remove-subnet inner --ip-range 10.0.2.0/24");
    await hcloud("network change-ip-range inner --ip-range 10.0.0.0/15");
    expect(await described("network describe inner")).to.include({ ip_range: "10.0.0.0/15" });
  });

  it("makes a load balancer with a service and targets, and moves it into the network", async () => {
    const port = await freePort("127.0.0.1");
    await hcloud("load-balancer create --name front --type lb11 --location fsn1");
    const service = "--protocol http --destination-port 8080 --http-sticky-sessions";
    await hcloud(`load-balancer add-service front --listen-port ${port} ${service}`);
    await hcloud(`load-balancer update-service front --listen-port ${port} --destination-port 81`);
    await hcloud("load-balancer attach-to-network front --network inner --ip 10.0.1.7");
    await hcloud("load-balancer add-target front --server web --use-private-ip");
    await hcloud("load-balancer add-target front --label-selector tier=web");
    await hcloud("load-balancer change-algorithm front --algorithm-type least_connections");
    await hcloud("load-balancer change-type front lb21");
    const balancer = await described("load-balancer describe front");
    expect(balancer.services[0]).to.include({ listen_port: port, destination_port: 81 });
    expect(balancer.targets).to.have.length(2);
    expect(balancer.private_net[0].ip).to.equal("10.0.1.7");
    expect(balancer.load_balancer_type.name).to.equal("lb21");
    await hcloud("load-balancer enable-protection front delete");
    expect((await cloud.call("load-balancer delete front")).output).to.contain("(protected");
    await hcloud("load-balancer disable-protection front delete");
    await hcloud("load-balancer remove-target front --server web");
    await hcloud(`load-balancer delete-service front --listen-port ${port}`);
    await hcloud("load-balancer delete front");
    await hcloud("server detach-from-network web --network inner");
    await hcloud("network delete inner");
    expect(await hcloud("load-balancer list -o noheader")).to.equal("");
    expect(await hcloud("network list -o noheader")).to.equal("");
  });

  it("spreads servers by a placement group", async () => {
    await hcloud("placement-group create --name apart --type spread");
    const { output } = await cloud.call(
      "server add-to-placement-group web --placement-group apart",
    );
    expect(output).to.contain("server_not_stopped");
    await hcloud("server poweroff web");
    await hcloud("server add-to-placement-group web --placement-group apart");
    const { id } = await described("server describe web");
    // Debian's version cannot show a group as JSON.
    expect(await hcloud("placement-group describe apart")).to.match(
      new RegExp(`Servers:\\s+- Server ID:\\s+${id}`),
    );
    await hcloud("server remove-from-placement-group web");
    await hcloud("placement-group delete apart");
    await hcloud("server poweron web");
  });

  it("takes a snapshot of a server and makes servers of it", async () => {
    await hcloud("server create-image web --type snapshot --description", "as it was");
    const [id] = (await hcloud("image list --type snapshot -o noheader -o columns=id")).split("\n");
    await hcloud(`image add-label ${id} of=web`);
    expect((await described(`image describe ${id}`)).labels).to.deep.equal({ of: "web" });
    await hcloud(`server create --name copy --type cx23 --image ${id} --location fsn1`);
    await hcloud(`server rebuild web --image ${id}`);
    expect((await described("server describe copy")).image.id).to.equal(Number(id));
    await hcloud("server delete copy");
    await hcloud(`image delete ${id}`);
  });

  it("rescues a server and gives it another password", async () => {
    expect(await hcloud("server enable-rescue web")).to.match(/password/i);
    expect(await described("server describe web")).to.include({ rescue_enabled: true });
    await hcloud("server disable-rescue web");
    expect(await hcloud("server reset-password web")).to.match(/password/i);
  });
});
