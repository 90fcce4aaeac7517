import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { startCloud, type TestCloud, temporaryDirectory } from "../support/cloud.ts";
import { freePort } from "../support/ports.ts";
import { createSsh, hostKeyUserData, makeKeys } from "../support/ssh.ts";

const docker = (...args: string[]) => execFileSync("docker", args, { encoding: "utf8" }).trim();
const lines = (text: string) => text.split("\n").filter(Boolean);

describe("private networks of real servers", () => {
  const data = temporaryDirectory();
  const keys = makeKeys(data);
  let cloud: TestCloud;
  let network: { id: number };
  const servers: { id: number; ip: string; private: string; ssh: ReturnType<typeof createSsh> }[] =
    [];
  const server = (n: number) => servers[n] as (typeof servers)[number];

  before(async () => {
    cloud = await startCloud({ data, driver: "docker", registry: false });
    await cloud.api.made("/ssh_keys", { name: "key", public_key: keys.client.open });
    network = await cloud.api.made("/networks", {
      name: "net",
      ip_range: "10.0.0.0/16",
      subnets: [{ type: "cloud", network_zone: "eu-central", ip_range: "10.0.1.0/24" }],
    });
    // One is made in the network, the other joins it when it runs.
    await Promise.all([make("one", { networks: [network.id] }), make("two")]);
    servers.sort((a, b) => a.id - b.id);
    await Promise.all(servers.map(({ ssh }) => ssh.ready()));
    await act(server(1).id, "attach_to_network", { network: network.id, ip: "10.0.1.7" });
    for (const each of servers) each.private = (await read(each.id)).private_net[0].ip;
  });
  after(async () => {
    await cloud.stop();
    const id = JSON.parse(readFileSync(join(data, "cloud.json"), "utf8")).id as string;
    const ours = ["--quiet", "--filter", `label=onebox.cloud=${id}`];
    const containers = lines(docker("ps", "--all", ...ours));
    if (containers.length > 0) docker("rm", "--force", "--volumes", ...containers);
    docker("network", "rm", ...lines(docker("network", "ls", ...ours)));
    docker("volume", "rm", ...lines(docker("volume", "ls", ...ours)));
    rmSync(data, { recursive: true });
  });

  const read = async (id: number) => (await cloud.api.get(`/servers/${id}`)).body.server;
  const act = async (id: number, name: string, body?: object) => {
    const action = await cloud.api.act(`/servers/${id}/actions/${name}`, body);
    expect(action).to.deep.include({ status: "success", error: null });
  };
  async function make(name: string, more: object = {}) {
    const { id, public_net } = await cloud.api.made("/servers", {
      name,
      server_type: "cx23",
      image: "docker-ce",
      location: "fsn1",
      ssh_keys: ["key"],
      user_data: hostKeyUserData(keys.host),
      ...more,
    });
    const { ip } = public_net.ipv4;
    servers.push({ id, ip, private: "", ssh: createSsh(data, ip, keys.host.open) });
  }
  /** Starts a web server that answers with its own name and with who asks, at one address only. */
  const listen = async (n: number, address: string, port: number) => {
    const unit = `answer-${port}`;
    const script = `import http.server as h
class A(h.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write(f"${n} {self.client_address[0]}".encode())
    def log_message(self, *a): pass
h.ThreadingHTTPServer(("${address}", ${port}), A).serve_forever()`;
    const { ssh } = server(n);
    await ssh.run(`cat > /root/${unit}.py <<'END'\n${script}\nEND`);
    await ssh.run(
      `systemctl reset-failed ${unit} 2>/dev/null; systemd-run --quiet --unit ${unit} --property Restart=on-failure --property RestartSec=100ms python3 /root/${unit}.py`,
    );
  };
  const ask = (n: number, address: string, port: number) =>
    server(n).ssh.run(
      `curl -sS --max-time 5 --retry 20 --retry-connrefused --retry-delay 1 http://${address}:${port}/`,
    );

  it("leave the system in order", async () => {
    for (const { ssh } of servers) {
      expect(await ssh.run("systemctl is-system-running --wait")).to.equal("running");
    }
  });

  it("connect them, with the addresses, the routes and the hardware address that the API tells", async () => {
    for (const { ssh, id } of servers) {
      const [place] = (await read(id)).private_net;
      const shown = await ssh.run(
        "ip -4 -o address show dev enp7s0; ip link show dev enp7s0; ip route",
      );
      expect(shown).to.contain(`inet ${place.ip}/32`);
      expect(shown).to.contain(place.mac_address);
      expect(shown).to.contain("mtu 1450");
      expect(shown).to.match(new RegExp(`10\\.0\\.0\\.0/16 dev \\S+ .*src ${place.ip}`));
    }
    expect(server(0).private).to.equal("10.0.1.1");
    expect(server(1).private).to.equal("10.0.1.7");
  });

  it("carry traffic between services that listen at private addresses only", async () => {
    for (const n of [0, 1]) await listen(n, server(n).private, 8080);
    expect(await ask(0, "10.0.1.7", 8080)).to.equal("1 10.0.1.1");
    expect(await ask(1, "10.0.1.1", 8080)).to.equal("0 10.0.1.7");
  });

  it("are balanced by their private addresses", async () => {
    const balancer = await cloud.api.made("/load_balancers", {
      name: "front",
      load_balancer_type: "lb11",
      location: "fsn1",
      network: network.id,
      targets: servers.map(({ id }) => ({ type: "server", server: { id }, use_private_ip: true })),
    });
    const address = balancer.public_net.ipv4.ip;
    const listen_port = await freePort(address);
    await cloud.api.act(`/load_balancers/${balancer.id}/actions/add_service`, {
      protocol: "http",
      listen_port,
      destination_port: 8080,
    });
    const answers = new Set<string>();
    for (let n = 0; n < 4; n++) {
      answers.add((await (await fetch(`http://${address}:${listen_port}/`)).text()).slice(0, 1));
    }
    expect([...answers].sort()).to.deep.equal(["0", "1"]);
    const { targets } = (await cloud.api.get(`/load_balancers/${balancer.id}`)).body.load_balancer;
    for (const { health_status } of targets) {
      expect(health_status[0]).to.include({ listen_port, status: "healthy" });
    }
    await cloud.api.delete(`/load_balancers/${balancer.id}`);
  });

  it("lead where their routes say", async () => {
    const route = { destination: "10.100.0.0/24", gateway: "10.0.1.7" };
    await cloud.api.act(`/networks/${network.id}/actions/add_route`, route);
    await server(1).ssh.run("ip address add 10.100.0.1/32 dev lo");
    await listen(1, "10.100.0.1", 8081);
    expect(await ask(0, "10.100.0.1", 8081)).to.equal("1 10.0.1.1");
    await cloud.api.act(`/networks/${network.id}/actions/delete_route`, route);
    expect(await server(0).ssh.run("ip route")).to.not.contain("10.100.0.0/24");
  });

  it("are there again after a reboot, a power cycle and a restart of the cloud", async () => {
    await act(server(1).id, "reboot");
    await act(server(0).id, "poweroff");
    await cloud.stop();
    cloud = await startCloud({ data, driver: "docker", registry: false });
    await act(server(0).id, "poweron");
    await Promise.all(servers.map(({ ssh }) => ssh.ready()));
    await listen(1, "10.0.1.7", 8080);
    expect(await ask(0, "10.0.1.7", 8080)).to.equal("1 10.0.1.1");
  });

  it("keep networks of the same range apart", async () => {
    const twin = await cloud.api.made("/networks", {
      name: "twin",
      ip_range: "10.0.0.0/16",
      subnets: [{ type: "cloud", network_zone: "eu-central", ip_range: "10.0.1.0/24" }],
    });
    await act(server(0).id, "detach_from_network", { network: network.id });
    expect(await server(0).ssh.run("ip route")).to.not.contain("10.0.0.0/16");
    await act(server(0).id, "attach_to_network", { network: twin.id });
    const cut = await server(0)
      .ssh.run("curl -sS --max-time 2 http://10.0.1.7:8080/")
      .then(String, () => "cut");
    expect(cut).to.equal("cut");
  });

  it("vanish when they are deleted", async () => {
    const names = () => lines(docker("network", "ls", "--format", "{{.Name}}"));
    const name = names().find((each) => each.endsWith(`-net-${network.id}`));
    expect(name).to.be.a("string");
    expect((await cloud.api.delete(`/networks/${network.id}`)).status).to.equal(204);
    for (const end = Date.now() + 20_000; names().includes(name as string); ) {
      if (Date.now() > end) throw new Error(`${name} is still there`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await server(1).ssh.run("ip -4 -o address")).to.not.contain("10.0.1.7");
  });
});
