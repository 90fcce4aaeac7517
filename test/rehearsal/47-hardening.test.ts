import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { z } from "zod";
import { visit } from "../support/visit.ts";
import { Vm } from "../support/vm.ts";
import { clone, onVm } from "./rehearsal.ts";

/** What is read of `docker inspect`. */
const container = z.object({
  Name: z.string(),
  Config: z.object({ User: z.string(), Image: z.string() }),
  HostConfig: z.object({
    Privileged: z.boolean(),
    NetworkMode: z.string(),
    PidMode: z.string(),
    IpcMode: z.string(),
    UTSMode: z.string(),
    UsernsMode: z.string(),
    Memory: z.number(),
    PidsLimit: z.number().nullable(),
    ReadonlyRootfs: z.boolean(),
    CapDrop: z.array(z.string()).nullable(),
    CapAdd: z.array(z.string()).nullable(),
    SecurityOpt: z.array(z.string()).nullable(),
    Devices: z.array(z.unknown()).nullable(),
    PortBindings: z.record(z.string(), z.unknown()).nullable(),
  }),
  Mounts: z.array(z.object({ Source: z.string(), RW: z.boolean(), Propagation: z.string() })),
});
type Container = z.infer<typeof container>;

/** The checks of the CIS Docker Benchmark (1.6) of a container that fit, by their numbers. */
const checks: [id: string, what: string, holds: (container: Container) => boolean][] = [
  ["5.3", "all capabilities are dropped", ({ HostConfig }) => HostConfig.CapDrop?.join() === "ALL"],
  ["5.4", "it is not privileged", ({ HostConfig }) => !HostConfig.Privileged],
  [
    "5.5",
    "no directory of the system's is mounted",
    ({ Mounts }) => Mounts.every(({ Source }) => /^\/(opt|mnt)\//.test(Source)),
  ],
  [
    "5.8",
    "only Traefik has ports, 80 and 443",
    ({ Name, HostConfig }) =>
      Object.keys(HostConfig.PortBindings ?? {}).every(
        (port) => Name === "/onebox-traefik" && /^(80|443)\/tcp$/.test(port),
      ),
  ],
  ["5.10", "it has not the VM's network", ({ HostConfig }) => HostConfig.NetworkMode !== "host"],
  ["5.11", "its memory has a limit", ({ HostConfig }) => HostConfig.Memory > 0],
  ["5.13", "its file system is read-only", ({ HostConfig }) => HostConfig.ReadonlyRootfs],
  ["5.16", "it has not the VM's processes", ({ HostConfig }) => HostConfig.PidMode !== "host"],
  ["5.17", "it has not the VM's IPC", ({ HostConfig }) => HostConfig.IpcMode !== "host"],
  ["5.18", "it has no device", ({ HostConfig }) => (HostConfig.Devices ?? []).length === 0],
  [
    "5.20",
    "no mount is shared",
    ({ Mounts }) => Mounts.every(({ Propagation }) => !Propagation.includes("shared")),
  ],
  ["5.21", "it has not the VM's host name", ({ HostConfig }) => HostConfig.UTSMode !== "host"],
  [
    "5.22",
    "seccomp and AppArmor are on",
    ({ HostConfig }) => !(HostConfig.SecurityOpt ?? []).some((each) => /unconfined/.test(each)),
  ],
  [
    "5.26",
    "it gets no new privileges",
    ({ HostConfig }) => (HostConfig.SecurityOpt ?? []).includes("no-new-privileges:true"),
  ],
  ["5.29", "its processes have a limit", ({ HostConfig }) => (HostConfig.PidsLimit ?? 0) > 0],
  [
    "5.30",
    "it is not in Docker's own network",
    ({ HostConfig }) => HostConfig.NetworkMode !== "bridge",
  ],
  [
    "5.31",
    "it has the user namespace that the engine gives",
    ({ HostConfig }) => HostConfig.UsernsMode !== "host",
  ],
  [
    "5.32",
    "Docker's socket is not in it",
    ({ Mounts }) => Mounts.every(({ Source }) => !Source.includes("docker.sock")),
  ],
];

describe("the VM as others find it", () => {
  it("answers on ports 22, 80 and 443 of 65,535, and no other", async () => {
    const address = await new Vm(clone.directory).address();
    const doors = [22, 80, 443];
    const knock = async (host: string, port: number) => {
      const socket = connect({ host, port, timeout: doors.includes(port) ? 60_000 : 2000 });
      const end = await Promise.race([
        once(socket, "connect").then(
          () => "open",
          () => "closed",
        ),
        once(socket, "timeout").then(() => "silent"),
      ]);
      socket.on("error", () => {}).destroy();
      return end === "open";
    };
    const open: number[] = [];
    const all = Array.from({ length: 65_535 }, (_, index) => index + 1);
    for (let at = 0; at < all.length; at += 500) {
      const some = all.slice(at, at + 500);
      const answers = await Promise.all(some.map((port) => knock(address, port)));
      open.push(...some.filter((_, index) => answers[index]));
    }
    // In the local cloud the address is a loopback one: what this computer listens on everywhere answers there too, as it
    // does at one that is nobody's.
    const others: number[] = [];
    for (const port of open.filter((each) => !doors.includes(each)))
      if (!(await knock("127.254.254.254", port))) others.push(port);
    expect(others).to.deep.equal([]);
    expect(open).to.include.members(doors);
  });

  it("keeps no more than a thousand connections of one client, and answers again when they are gone", async () => {
    const vm = new Vm(clone.directory);
    const address = await vm.address();
    const inTraefik = "nsenter -t $(docker inspect -f '{{.State.Pid}}' onebox-traefik) -n";
    const kept = async () =>
      Number(await onVm(`${inTraefik} ss -Htn state established '( sport = :80 )' | wc -l`));
    const answers = (patience: number) =>
      visit(address, "stage.onebox.localhost", "/readyz", {}, undefined, patience).then(
        ({ status }) => status,
        () => "none",
      );
    const sockets = Array.from({ length: 1200 }, () =>
      connect({ host: address, port: 80 }).on("error", () => {}),
    );
    try {
      const most = Date.now() + 60_000; // until all have come, or cannot
      while ((await kept()) < 1000 && Date.now() < most) await sleep(200);
      await sleep(1000);
      expect(await kept()).to.be.within(900, 1000);
      expect(await answers(2)).to.equal("none");
    } finally {
      for (const socket of sockets) socket.destroy();
    }
    const end = Date.now() + 60_000;
    let last = await answers(5);
    while (last !== 200 && Date.now() < end) last = await answers(5);
    expect(last).to.equal(200);
  });

  it("has no other listener that a network leads to", async () => {
    const listening = await onVm("ss -Hltn | awk '{ print $4 }' | sort -u");
    const foreign = listening
      .split("\n")
      .filter((at) => !/^(127\.|\[::1\]|169\.254\.169\.254:)/.test(at))
      .map((at) => at.replace(/^.*:/, ""));
    expect([...new Set(foreign)].sort()).to.deep.equal(["22", "443", "80"]);
  });
});

describe("Docker on the VM, by the CIS benchmark", () => {
  let containers: Container[];
  before(async () => {
    const found = await onVm("docker ps -aq --filter name=^onebox- | xargs docker inspect");
    containers = z.array(container).parse(JSON.parse(found));
    const names = containers.map(({ Name }) => Name);
    for (const name of ["traefik", "stage-database", "prod-database"])
      expect(names).to.include(`/onebox-${name}`);
    expect(names.filter((name) => /-(blue|green)$/.test(name))).to.have.length.above(1);
  });

  for (const [id, what, holds] of checks) {
    it(`${id}: ${what}`, () => {
      const found = containers.filter((each) => !holds(each)).map(({ Name }) => Name);
      expect(found).to.deep.equal([]);
    });
  }

  const plain = (capability: string) => capability.replace(/^CAP_/, "");

  it("5.3: what is given back is what it needs", () => {
    const given = Object.fromEntries(
      containers.map(({ Name, HostConfig }) => [Name, (HostConfig.CapAdd ?? []).map(plain)]),
    );
    for (const [name, added] of Object.entries(given)) {
      if (name === "/onebox-traefik") expect(added).to.deep.equal(["NET_BIND_SERVICE"]);
      else if (!name.endsWith("-database")) expect(added, name).to.deep.equal([]);
      else expect(added).to.have.members(["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"]);
    }
  });

  it("2.14, 2.x: containers outlive the engine, which listens on no network and trusts no registry without TLS", async () => {
    expect(await onVm("docker info -f '{{.LiveRestoreEnabled}}'")).to.equal("true");
    expect(await onVm("ss -Hltnp | grep -c dockerd || true")).to.equal("0");
  });

  it("3.x: the engine's files and its socket are root's", async () => {
    const modes = await onVm(
      "stat -c '%U %a' /etc/docker /etc/docker/daemon.json /var/run/docker.sock /var/lib/docker",
    );
    const [etc, daemon, socket, lib] = modes.split("\n");
    expect([etc, daemon, socket]).to.deep.equal(["root 755", "root 644", "root 660"]);
    expect(lib).to.match(/^root 7[01][01]$/);
  });

  it("4.1: the app is not root", () => {
    for (const { Name, Config } of containers)
      if (/-(blue|green)$/.test(Name)) expect(Config.User, Name).not.to.match(/^(root|0)?(:|$)/);
  });
});
