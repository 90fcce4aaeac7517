import { expect } from "chai";
import { docker, type Host, type Hosts, startHosts, until } from "../support/hosts.ts";
import { freePort } from "../support/ports.ts";

describe("private networks of real servers", () => {
  let hosts: Hosts;
  let network: { id: number };
  const servers: (Host & { private: string })[] = [];
  const server = (n: number) => servers[n] as (typeof servers)[number];

  before(async () => {
    hosts = await startHosts();
    network = await hosts.api.made("/networks", {
      name: "net",
      ip_range: "10.0.0.0/16",
      subnets: [{ type: "cloud", network_zone: "eu-central", ip_range: "10.0.1.0/24" }],
    });
    // One is made in the network, the other joins it when it runs.
    const made = await Promise.all([
      hosts.create("one", { networks: [network.id] }),
      hosts.create("two"),
    ]);
    for (const host of made) servers.push({ ...host, private: "" });
    await hosts.act(server(1), "attach_to_network", { network: network.id, ip: "10.0.1.7" });
    for (const each of servers) each.private = (await read(each.id)).private_net[0].ip;
  });
  after(() => hosts.remove());

  const read = async (id: number) => (await hosts.api.get(`/servers/${id}`)).body.server;
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
      `curl -sS --max-time 60 --retry 20 --retry-connrefused --retry-delay 1 http://${address}:${port}/`,
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
    const balancer = await hosts.api.made("/load_balancers", {
      name: "front",
      load_balancer_type: "lb11",
      location: "fsn1",
      network: network.id,
      targets: servers.map(({ id }) => ({ type: "server", server: { id }, use_private_ip: true })),
    });
    const address = balancer.public_net.ipv4.ip;
    const listen_port = await freePort(address);
    await hosts.api.act(`/load_balancers/${balancer.id}/actions/add_service`, {
      protocol: "http",
      listen_port,
      destination_port: 8080,
    });
    // Only healthy targets get requests, and the first look finds them one after the other.
    const statuses = async () => {
      const { body } = await hosts.api.get(`/load_balancers/${balancer.id}`);
      return body.load_balancer.targets.map(
        ({ health_status }: { health_status: { status: string }[] }) => health_status[0]?.status,
      );
    };
    await until("both are healthy", async () => (await statuses()).join() === "healthy,healthy");
    const answers: string[] = [];
    for (let n = 0; n < 4; n++) {
      answers.push((await (await fetch(`http://${address}:${listen_port}/`)).text()).slice(0, 1));
    }
    expect(answers.sort()).to.deep.equal(["0", "0", "1", "1"]);
    await hosts.api.delete(`/load_balancers/${balancer.id}`);
  });

  it("lead where their routes say", async () => {
    const route = { destination: "10.100.0.0/24", gateway: "10.0.1.7" };
    await hosts.api.act(`/networks/${network.id}/actions/add_route`, route);
    await server(1).ssh.run("ip address add 10.100.0.1/32 dev lo");
    await listen(1, "10.100.0.1", 8081);
    expect(await ask(0, "10.100.0.1", 8081)).to.equal("1 10.0.1.1");
    await hosts.api.act(`/networks/${network.id}/actions/delete_route`, route);
    expect(await server(0).ssh.run("ip route")).to.not.contain("10.100.0.0/24");
  });

  it("are there again after a reboot, a power cycle and a restart of the cloud", async () => {
    await hosts.act(server(1), "reboot");
    await hosts.act(server(0), "poweroff");
    await hosts.restart();
    await hosts.act(server(0), "poweron");
    await Promise.all(servers.map(({ ssh }) => ssh.ready()));
    await listen(1, "10.0.1.7", 8080);
    expect(await ask(0, "10.0.1.7", 8080)).to.equal("1 10.0.1.1");
  });

  it("keep networks of the same range apart", async () => {
    const twin = await hosts.api.made("/networks", {
      name: "twin",
      ip_range: "10.0.0.0/16",
      subnets: [{ type: "cloud", network_zone: "eu-central", ip_range: "10.0.1.0/24" }],
    });
    await hosts.act(server(0), "detach_from_network", { network: network.id });
    expect(await server(0).ssh.run("ip route")).to.not.contain("10.0.0.0/16");
    await hosts.act(server(0), "attach_to_network", { network: twin.id });
    const cut = await server(0)
      .ssh.run("curl -sS --max-time 2 http://10.0.1.7:8080/")
      .then(String, () => "cut");
    expect(cut).to.equal("cut");
  });

  it("vanish when they are deleted", async () => {
    const names = () => docker("network", "ls", "--format", "{{.Name}}").split("\n");
    const name = names().find((each) => each.endsWith(`-net-${network.id}`));
    expect(name).to.be.a("string");
    expect((await hosts.api.delete(`/networks/${network.id}`)).status).to.equal(204);
    await until("it is gone", async () => !names().includes(name as string));
    expect(await server(1).ssh.run("ip -4 -o address")).to.not.contain("10.0.1.7");
  });
});
