import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startCloud, type TestCloud, temporaryDirectory } from "./cloud.ts";
import { control } from "./control.ts";
import { createSsh, hostKeyUserData, makeKeys, type Ssh } from "./ssh.ts";

const EMULATOR = fileURLToPath(new URL("../..", import.meta.url));
/** What Docker's client prints; what it complains about is in the error. */
export const docker = (...args: string[]) =>
  execFileSync("docker", args, { encoding: "utf8", stdio: "pipe" }).trim();

/** A server of a test: what the API calls it, and a way in. */
export interface Host {
  id: number;
  name: string;
  address: string;
  ssh: Ssh;
}

/** Removes a cloud that does not run, with all that Docker keeps for it, and nothing else. */
export function removeParts(data: string): void {
  execFileSync(process.execPath, [join(EMULATOR, "parts.ts"), "remove", data]);
  rmSync(data, { recursive: true });
}

/** A cloud with real servers, whose clean-up is the one of `scripts/cloud.sh reset`. */
export async function startHosts(driver: "docker" | "qemu" = "docker") {
  const data = temporaryDirectory();
  const keys = makeKeys(data);
  const options = { data, driver, registry: false } as const;
  let cloud: TestCloud = await startCloud(options);
  const { id } = JSON.parse(readFileSync(join(data, "cloud.json"), "utf8")) as { id: string };
  const key = await cloud.api.made("/ssh_keys", { name: "key", public_key: keys.client.open });

  /** The parts of Docker that this cloud has now, by a filter of `docker ps` and the like. */
  const parts = (kind: "ps" | "network" | "volume", ...args: string[]) => {
    const list = kind === "ps" ? ["ps", "--all"] : [kind, "ls"];
    const filter = ["--quiet", "--filter", `label=onebox.cloud=${id}`];
    return docker(...list, ...filter, ...args)
      .split("\n")
      .filter(Boolean);
  };
  return {
    id,
    data,
    keys,
    key: key as { id: number },
    get api() {
      return cloud.api;
    },
    /** Asks the control endpoint. */
    control: (method: string, path: string, body?: unknown) => control(cloud, method, path, body),
    get lines() {
      return cloud.lines;
    },
    parts,
    container: (server: { id: number }, label = "onebox.server") =>
      parts("ps", "--filter", `label=${label}=${server.id}`)[0] ?? "",
    ssh: (address: string, hostKey = keys.host.open, seconds = 30) =>
      createSsh(data, address, hostKey, seconds),
    /** User data that gives a server the host key which tests pin. */
    hostKey: hostKeyUserData(keys.host),
    /** Makes a server and waits until it answers by SSH. */
    async create(name: string, more: object = {}): Promise<Host> {
      const server = await cloud.api.made("/servers", {
        name,
        server_type: "cx23",
        image: "docker-ce",
        location: "fsn1",
        ssh_keys: [key.id],
        user_data: hostKeyUserData(keys.host),
        ...more,
      });
      const address = server.public_net.ipv4.ip as string;
      const ssh = createSsh(data, address, keys.host.open);
      await ssh.ready();
      return { id: server.id, name, address, ssh };
    },
    /** Does an action on a server, waits for it and returns the whole answer. */
    async act(server: { id: number }, name: string, body?: object) {
      const answer = await cloud.api.post(`/servers/${server.id}/actions/${name}`, body);
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      await cloud.api.settled(answer.body.action);
      return answer.body;
    },
    /** Stops the emulator and starts it again; something may happen in between. */
    async restart(meanwhile = async () => {}) {
      await cloud.stop();
      await meanwhile();
      cloud = await startCloud(options);
    },
    /** Stops the emulator and removes all that Docker keeps for the cloud, and nothing else. */
    async remove() {
      await cloud.stop();
      removeParts(data);
    },
  };
}

export type Hosts = Awaited<ReturnType<typeof startHosts>>;

/** Waits until a condition holds; five minutes end a hang. */
export async function until(what: string, holds: () => Promise<boolean>) {
  for (const end = Date.now() + 300_000; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** An image for the server's own engine, made of what the server has: Python, and a web server. */
const INNER = [
  "set -e",
  "cd /; libraries=$(ldd usr/bin/python3 | grep -o '/[^ ]*' | sed s,^/,,)",
  `tar -ch usr/bin/python3 usr/lib/python3.13/*.py usr/lib/python3.13/{encodings,http,urllib,email,html,collections,re,importlib,lib-dynload,json,logging,concurrent,asyncio} $libraries | docker import -c 'CMD ["/usr/bin/python3", "-m", "http.server", "80"]' - inner >/dev/null`,
].join("\n");

/** Runs a web server in a container inside the server, published on port 80, restarted with it. */
export async function runInner(host: Host): Promise<void> {
  await host.ssh.run(INNER);
  await host.ssh.run(
    "docker run -d --restart unless-stopped --stop-signal KILL --name web -p 80:80 inner >/dev/null",
  );
}

/** True if an HTTP server answers there; a packet that is dropped takes the whole time. */
export const answersHttp = (address: string, port: number, ms = 10_000) =>
  fetch(`http://${address}:${port}/`, { signal: AbortSignal.timeout(ms) }).then(
    (answer) => answer.ok,
    () => false,
  );

/** True if someone at this address and port says something, as sshd does at once. */
export const speaks = (address: string, port = 22, ms = 10_000) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, address);
    const end = (spoke: boolean) => {
      socket.destroy();
      resolve(spoke);
    };
    socket.setTimeout(ms, () => end(false));
    socket.on("error", () => end(false));
    socket.on("data", () => end(true));
    socket.on("close", () => end(false));
  });
