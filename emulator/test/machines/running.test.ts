import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import {
  answersHttp,
  docker,
  type Host,
  type Hosts,
  runInner,
  startHosts,
  until,
} from "../support/hosts.ts";

describe("running servers", () => {
  let hosts: Hosts;
  let web: Host;

  before(async () => {
    hosts = await startHosts();
    web = await hosts.create("web", { server_type: "cpx12" });
    await runInner(web);
  });
  after(() => hosts.remove());

  const server = async () => (await hosts.api.get(`/servers/${web.id}`)).body.server;
  const ask = (path: string) => web.ssh.run(`curl -sf http://169.254.169.254/hetzner/v1/${path}`);
  const inner = (address: string) =>
    web.ssh.run(`docker exec web /usr/bin/python3 -c '
import urllib.request
print(urllib.request.urlopen("http://${address}", timeout=60).read().decode())'`);

  it("read about themselves at 169.254.169.254, also from their containers", async () => {
    const { public_net, id } = await server();
    expect(await ask("metadata/hostname")).to.equal("web");
    expect(await ask("metadata/instance-id")).to.equal(String(id));
    expect(await ask("metadata/public-ipv4")).to.equal(public_net.ipv4.ip);
    expect(await ask("metadata/availability-zone")).to.match(/^fsn1-dc\d+$/);
    expect(await ask("metadata/region")).to.equal("eu-central");
    expect(JSON.parse(await ask("metadata/public-keys"))).to.deep.equal([hosts.keys.client.open]);
    expect(await ask("metadata")).to.contain(`instance-id: ${id}\n`);
    expect(await ask("userdata")).to.contain("ssh_keys");
    const path = "169.254.169.254/hetzner/v1/metadata/hostname";
    expect((await inner(path)).trim()).to.equal("web");
    expect(
      await web.ssh.run("curl -so /dev/null -w '%{http_code}' 169.254.169.254/nothing"),
    ).to.equal("404");
    // The container that publishes port 80 of all addresses answers at the others.
    await until("port 80 answers", () => answersHttp(web.address, 80));
  });

  it("bring back their containers after a reboot, a reset and a power cycle", async () => {
    const started = () =>
      web.ssh.run("docker inspect --format '{{.State.StartedAt}}' web").catch(() => "");
    for (const actions of [["reboot"], ["reset"], ["poweroff", "poweron"]]) {
      const before = await started();
      for (const action of actions) await hosts.act(web, action);
      await until(`the container is back after ${actions}`, () => answersHttp(web.address, 80));
      await web.ssh.ready();
      expect(await started()).to.not.equal(before);
      expect(await ask("metadata/hostname")).to.equal("web");
    }
  });

  it("show what they wrote to their console, to those who have the password", async () => {
    const { wss_url, password } = await hosts.act(web, "request_console");
    const text = await new Promise<string>((resolve, reject) => {
      const socket = new WebSocket(wss_url);
      socket.onopen = () => socket.send(password);
      socket.onmessage = ({ data }) => {
        resolve(String(data));
        socket.close();
      };
      socket.onclose = ({ code }) => reject(new Error(`closed: ${code}`));
    });
    expect(text).to.contain("OpenBSD Secure Shell server");
    const again = new WebSocket(wss_url); // once only
    await new Promise((resolve) => {
      again.onerror = resolve;
    });
    const command = ["emulator/control/command.ts", hosts.data, "console", "web"];
    const root = { cwd: `${import.meta.dirname}/../../..` };
    const { stdout } = await promisify(execFile)("node", command, root);
    expect(stdout).to.contain("OpenBSD Secure Shell server");
  });

  it("take a new root password", async () => {
    const { root_password } = await hosts.act(web, "reset_password");
    expect(await web.ssh.runWithPassword(root_password, "whoami")).to.equal("root");
    const wrong = await web.ssh.runWithPassword("wrong", "whoami").catch(String);
    expect(wrong).to.contain("Permission denied");
  });

  it("tell what they use", async () => {
    const began = Date.now();
    await web.ssh.run("timeout 1 sh -c 'while :; do :; done' || true");
    const time = (ms: number) => new Date(began + ms).toISOString();
    const query = new URLSearchParams({
      type: "cpu,disk,network",
      start: time(-60_000),
      end: time(600_000),
    });
    const { metrics } = (await hosts.api.get(`/servers/${web.id}/metrics?${query}`)).body;
    expect(Object.keys(metrics.time_series)).to.include("disk.0.bandwidth.write");
    for (const name of ["cpu", "network.0.pps.in", "network.0.bandwidth.out"]) {
      const [at, value] = metrics.time_series[name].values.at(-1);
      expect(at * 1000).to.be.within(began - 1000, Date.now() + 10_000);
      expect(Number(value), name).to.be.above(0);
    }
  });

  it("have the processors and the memory of their type, and no more", async () => {
    const bytes = 2500 * 2 ** 20;
    const hold = `import mmap as m; m.mmap(-1, ${bytes}, flags=m.MAP_PRIVATE | m.MAP_POPULATE); print("held")`;
    const holds = async () =>
      (await web.ssh.run(`python3 -c '${hold}' || echo killed`)).split("\n").at(-1) === "held";
    /** Processor seconds that two busy programs get for each second that passes. */
    const busy = async () => {
      const times = await web.ssh.run(
        "TIMEFORMAT='%U %R'; time (for _ in 1 2; do timeout 1 sh -c 'while :; do :; done' & done; wait) 2>&1",
      );
      const [user = 0, real = 0] = (times.split("\n").at(-1) ?? "").split(" ").map(Number);
      return user / real;
    };
    const quota = () =>
      web.ssh.run(
        "cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us 2>/dev/null || cut -d' ' -f1 /sys/fs/cgroup/cpu.max",
      );
    expect(await holds()).to.equal(false); // cpx12: one processor, 2 GB
    expect(await quota()).to.equal("100000");
    expect(await busy()).to.be.below(1.3);
    await hosts.act(web, "poweroff");
    await hosts.act(web, "change_type", { server_type: "cpx22", upgrade_disk: false });
    await web.ssh.ready();
    expect((await server()).server_type.name).to.equal("cpx22");
    expect(await holds()).to.equal(true); // 4 GB
    const processors = Math.min(2, Number(docker("info", "--format", "{{.NCPU}}")));
    expect(await quota()).to.equal(String(processors * 100_000));
  });

  it("are off when someone removed them, and reported when nobody owns them", async () => {
    const stranger = `onebox-${hosts.id}-stranger`;
    const labels = [`onebox.cloud=${hosts.id}`, "onebox.server=1"].flatMap((l) => ["--label", l]);
    docker("rm", "--force", "--volumes", hosts.container(web));
    docker("create", "--name", stranger, ...labels, "debian:trixie-slim", "true");
    await hosts.restart();
    expect((await server()).status).to.equal("off");
    expect(hosts.lines.join("\n")).to.contain("the machine of server 1 has no owner");
    await hosts.act(web, "poweron");
    await web.ssh.ready();
  });
});
