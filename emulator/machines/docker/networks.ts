import { randomInt } from "node:crypto";
import type { MachineSpec } from "../machine.ts";
import { docker } from "./cli.ts";
import type { HostFile } from "./tar.ts";

/**
 * Addresses that Docker gives the private interfaces for its own use: of the range for benchmarks,
 * which no private network of the API can overlap with. Each network has 126 of them, and 100 members.
 */
const BLOCKS = 1024;
const blockText = (block: number) =>
  `198.${18 + (block >> 9)}.${(block >> 1) & 255}.${(block & 1) * 128}/25`;
/** As at Hetzner. */
const MTU = 1450;
const ATTEMPTS = 20;

/**
 * The private networks of a cloud's servers: one Docker network each. It only carries the packets;
 * addresses and routes of the API are set up in the machine, by `host-networks`.
 */
export class PrivateNetworks {
  readonly #cloud: string;

  constructor(cloud: string) {
    this.#cloud = cloud;
  }

  /** Connects a container with the networks of its server and no others, running or not. */
  async connect(container: string, spec: MachineSpec): Promise<void> {
    const format = "{{range $name, $_ := .NetworkSettings.Networks}}{{println $name}}{{end}}";
    const has = (await docker(["inspect", "--format", format, container])).split("\n");
    const wanted = spec.networks.map(({ id }) => this.#name(id));
    for (const name of has.filter((n) => n.startsWith(this.#name("")) && !wanted.includes(n))) {
      await docker(["network", "disconnect", "--force", name, container]);
    }
    for (const name of wanted.filter((n) => !has.includes(n))) {
      await this.#ensure(name);
      await docker(["network", "connect", name, container]);
    }
  }

  /** What `host-networks` in the machine sets up; see there for the format. */
  async file(spec: MachineSpec): Promise<HostFile> {
    const lines = await Promise.all(
      spec.networks.map(async ({ id, ip, mac, range, routes }) => {
        const onward = routes.map(({ destination, gateway }) => `${destination}=${gateway}`);
        return `${[await this.#block(this.#name(id)), mac, ip, range, ...onward].join(" ")}\n`;
      }),
    );
    return { path: "/etc/host-networks", mode: 0o644, text: lines.join("") };
  }

  /** Where this computer reaches a container through one of its networks; null when it is off. */
  async address(container: string, network: number): Promise<string | null> {
    const name = JSON.stringify(this.#name(network));
    const format = `{{with index .NetworkSettings.Networks ${name}}}{{.IPAddress}}{{end}}`;
    return (await docker(["inspect", "--format", format, container])) || null;
  }

  async remove(network: number): Promise<void> {
    await docker(["network", "rm", this.#name(network)]).catch((cause: Error) => {
      if (!/not found|No such network/.test(cause.message)) throw cause;
    });
  }

  readonly #name = (network: number | "") => `onebox-${this.#cloud}-net-${network}`;

  async #block(name: string): Promise<string> {
    return docker(["network", "inspect", "--format", "{{(index .IPAM.Config 0).Subnet}}", name]);
  }

  async #ensure(name: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      if ((await this.#block(name).catch(() => null)) !== null) return;
      const block = blockText(randomInt(BLOCKS));
      const label = ["--label", `onebox.cloud=${this.#cloud}`];
      const mtu = ["--opt", `com.docker.network.driver.mtu=${MTU}`];
      try {
        await docker(["network", "create", ...label, ...mtu, "--subnet", block, name]);
      } catch (cause) {
        // Another network has the block, or another server's action has just made this network.
        if (attempt === ATTEMPTS || !/overlap|already exists/.test(String(cause))) throw cause;
      }
    }
  }
}
