import { expect } from "chai";
import {
  answersHttp,
  docker,
  type Host,
  type Hosts,
  runInner,
  speaks,
  startHosts,
  until,
} from "../support/hosts.ts";

const ANYWHERE = ["0.0.0.0/0", "::/0"];
const inbound = (port: string, source_ips = ANYWHERE, protocol = "tcp") => ({
  direction: "in",
  protocol,
  ...(protocol === "icmp" ? {} : { port }),
  source_ips,
});
const outbound = (port: string, destination_ips = ANYWHERE) => ({
  direction: "out",
  protocol: "tcp",
  port,
  destination_ips,
});
const SSH = inbound("22");

describe("firewalls of real servers", () => {
  let hosts: Hosts;
  let web: Host;
  let peer: Host;
  let wall: { id: number };
  /** Addresses of the servers on the network that leads out of them, from which each sees the other. */
  let inside: { web: string; peer: string };

  before(async () => {
    hosts = await startHosts();
    [web, peer] = await Promise.all([
      hosts.create("web", { labels: { role: "web" } }),
      hosts.create("peer"),
    ]);
    await runInner(web); // port 80
    await listen(web, 443);
    await listen(web, 8080);
    await listen(peer, 8081);
    const own = "ip -o -4 address show eth0 | sed 's,.* inet \\([^/]*\\)/.*,\\1,'";
    inside = { web: await web.ssh.run(own), peer: await peer.ssh.run(own) };
    wall = await hosts.api.made("/firewalls", { name: "wall", rules: [SSH, inbound("80")] });
  });
  after(() => hosts.remove());

  const listen = (host: Host, port: number) =>
    host.ssh.run(`systemd-run --quiet --unit http-${port} python3 -m http.server ${port}`);
  const setRules = async (...rules: object[]) => {
    const path = `/firewalls/${wall.id}/actions/set_rules`;
    const { body } = await hosts.api.post(path, { rules });
    for (const action of body.actions) {
      expect(await hosts.api.settled(action)).to.include({ status: "success" });
    }
  };
  const target = (verb: string, key: string) => async (resource: object) => {
    const path = `/firewalls/${wall.id}/actions/${verb}`;
    const { body } = await hosts.api.post(path, { [key]: [resource] });
    for (const action of body.actions) await hosts.api.settled(action);
  };
  const apply = target("apply_to_resources", "apply_to");
  const remove = target("remove_from_resources", "remove_from");
  /** How long an answer is awaited that must not come (ms): far longer than what does answer takes just now. */
  const patienceBy = async (answers: () => Promise<boolean>) => {
    let took = 0;
    await until("what is open answers", async () => {
      const began = performance.now();
      const came = await answers();
      took = performance.now() - began;
      return came;
    });
    return Math.ceil(700 + 10 * took); // AbortSignal.timeout takes whole ones
  };
  /** Of ports 80 and 443 these answer this computer, as soon as they can, and the others do not at all. */
  const expectOpen = async (...ports: number[]) => {
    for (const port of ports)
      await until(`port ${port} answers`, () => answersHttp(web.address, port));
    const [open] = ports;
    const patience = await patienceBy(() =>
      open === undefined ? speaks(web.address) : answersHttp(web.address, open),
    );
    const closed = [80, 443].filter((port) => !ports.includes(port));
    const answers = await Promise.all(
      closed.map((port) => answersHttp(web.address, port, patience)),
    );
    expect(answers).to.deep.equal(closed.map(() => false));
  };
  /** True if a server gets an answer there. */
  const reaches = (host: Host, address: string, port: number, ms = 10_000) =>
    host.ssh
      .run(
        `curl -s -o /dev/null -m ${Math.ceil(ms / 1000)} http://${address}:${port}/ && echo yes || echo no`,
      )
      .then((said) => said === "yes");
  /** True if a server gets no answer there, while it does from itself, which no firewall keeps from it. */
  const isKeptFrom = async (host: Host, address: string, port: number) => {
    const own = host === web ? 8080 : 8081;
    const patience = await patienceBy(() => reaches(host, "127.0.0.1", own));
    return !(await reaches(host, address, port, patience));
  };
  const expectReached = (host: Host, address: string, port: number) =>
    until(`port ${port} answers ${host.name}`, () => reaches(host, address, port));
  const direct = { type: "server", server: { id: 0 } };

  it("are not there until one is applied", async () => {
    direct.server.id = web.id;
    await expectOpen(80, 443);
    await expectReached(peer, inside.web, 8080);
  });

  it("keep out what no rule lets in, also to a container inside the server", async () => {
    await apply(direct);
    await expectOpen(80);
    expect(await isKeptFrom(peer, inside.web, 8080)).to.equal(true);
    await expectReached(peer, inside.web, 80);
    expect(await web.ssh.run("echo in")).to.equal("in");
  });

  it("change at once, and nobody else's connections break", async () => {
    const within = (command: string) => docker("exec", hosts.container(web), "sh", "-c", command);
    const open = "touch /run/open; until [ -e /run/end ]; do sleep 0.1; done; echo still here";
    const connection = web.ssh.run(`timeout 300 sh -c '${open}'`);
    await until("the connection is open", async () => within("ls /run").includes("open\n"));
    await setRules(inbound("443")); // not even SSH
    await expectOpen(443);
    const patience = await patienceBy(() => answersHttp(web.address, 443));
    expect(await speaks(web.address, 22, patience)).to.equal(false);
    within("touch /run/end");
    expect(await connection).to.equal("still here");
    await setRules(SSH);
    await expectOpen();
    expect(await web.ssh.run("echo in")).to.equal("in");
  });

  it("tell sources, ranges of ports and protocols apart", async () => {
    await setRules(SSH, inbound("8000-8100", [`${inside.peer}/32`]));
    await expectReached(peer, inside.web, 8080);
    await setRules(SSH, inbound("8000-8079", [`${inside.peer}/32`]));
    expect(await isKeptFrom(peer, inside.web, 8080)).to.equal(true);
    await setRules(SSH, inbound("any", ["192.0.2.0/24"]), inbound("8080", ANYWHERE, "udp"));
    expect(await isKeptFrom(peer, inside.web, 8080)).to.equal(true);

    const ping = (seconds: number) => `python3 -c '
import socket, struct
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
s.settimeout(${seconds})
s.sendto(struct.pack("!BBHHH", 8, 0, 0xf7fd, 1, 1), ("${inside.web}", 0))
try: s.recv(64); print("answer")
except TimeoutError: print("none")'`;
    expect(await peer.ssh.run(ping(1))).to.equal("none");
    await setRules(SSH, inbound("", ANYWHERE, "icmp"));
    expect(await peer.ssh.run(ping(60))).to.equal("answer");
  });

  it("know this computer as 127.0.0.1", async () => {
    await setRules(inbound("22", ["127.0.0.1/32"]), inbound("443", ["127.0.0.1/32"]));
    await expectOpen(443);
    expect(await isKeptFrom(peer, inside.web, 443)).to.equal(true);
    await setRules(SSH, inbound("443", ["198.51.100.7/32"]));
    await expectOpen();
  });

  it("let everything out, until a rule says what", async () => {
    await setRules(SSH);
    await expectReached(web, inside.peer, 8081);
    const container = (
      seconds: number,
    ) => `docker exec web /usr/bin/python3 -c 'import urllib.request as r
try: r.urlopen("http://${inside.peer}:8081/", timeout=${seconds}); print("yes")
except Exception: print("no")'`;
    expect(await web.ssh.run(container(60))).to.equal("yes");
    await setRules(SSH, outbound("443"));
    expect(await isKeptFrom(web, inside.peer, 8081)).to.equal(true);
    expect(await web.ssh.run(container(1))).to.equal("no");
    await setRules(SSH, outbound("8081", [`${inside.peer}/32`]));
    await expectReached(web, inside.peer, 8081);
    expect(await web.ssh.run(container(60))).to.equal("yes");
  });

  it("stay through a reboot, a power cycle, and what the server's own Docker does", async () => {
    await setRules(SSH, inbound("443"));
    for (const action of ["reboot", "reset"]) {
      await hosts.act(web, action);
      await web.ssh.ready();
      await listen(web, 443);
      await expectOpen(443);
    }
    await web.ssh.run("systemctl restart docker");
    await expectOpen(443);
  });

  it("are gone when they are removed, and follow labels", async () => {
    await remove(direct);
    await expectOpen(80, 443);
    await apply({ type: "label_selector", label_selector: { selector: "role=web" } });
    await expectOpen(443);
    await hosts.api.put(`/servers/${web.id}`, { labels: { role: "other" } });
    await expectOpen(80, 443);
    await hosts.api.put(`/servers/${web.id}`, { labels: { role: "web" } });
    await until("port 80 is closed", async () => !(await answersHttp(web.address, 80, 700)));
    await expectOpen(443);
  });
});
