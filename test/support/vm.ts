import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Identity, loadIdentity } from "../../emulator/identity.ts";

const execute = promisify(execFile);

/** What is used of the API's answer. */
interface Server {
  id: number;
  name: string;
  status: string;
  server_type: { name: string };
  volumes: number[];
  public_net: { ipv4: { id: number; ip: string } };
}

interface Acted {
  action: { id: number; status: "running" | "success" | "error"; error?: { message: string } };
}

/** The VM of a clone's local cloud, reached past SSH: also while it has no network, and in 0.1 s. */
export class Vm {
  private readonly identity: Identity;
  private readonly name: string;

  /** @param name as the configuration of what runs there has it */
  constructor(directory: string, name = "onebox") {
    this.name = name;
    const identity = loadIdentity(join(directory, ".onebox/cloud"));
    if (identity === null) throw new Error(`${directory} has no local cloud`);
    this.identity = identity;
  }

  private get container(): string {
    return `onebox-${this.identity.id}-${this.name}`;
  }

  /** Copies a file, or a directory, into a directory there. */
  async put(file: string, directory: string): Promise<void> {
    await this.run(`mkdir -p ${directory}`);
    await execute("docker", ["cp", file, `${this.container}:${directory}`]);
  }

  /** Runs shell there and returns what it printed; throws when a command of it fails. */
  async run(shell: string): Promise<string> {
    const { stdout } = await execute("docker", ["exec", this.container, "bash", "-euc", shell], {
      maxBuffer: 1 << 26, // a load's links are many
    });
    return stdout.trim();
  }

  /** Presses its reset button. */
  async reset(): Promise<void> {
    const { id } = await this.server();
    await this.ask("POST", `/servers/${id}/actions/reset`);
  }

  /** Where it answers. */
  async address(): Promise<string> {
    return (await this.server()).public_net.ipv4.ip;
  }

  /** What the cloud's API says of it. */
  async server(): Promise<Server> {
    const { servers } = (await this.ask("GET", "/servers")) as { servers: Server[] };
    const server = servers.find(({ name }) => name === this.name);
    if (server === undefined) throw new Error("there is no server");
    return server;
  }

  /** Has the cloud's API do something to it, and waits until it is done. */
  async act(action: string, body?: object): Promise<void> {
    const { id } = await this.server();
    await this.actOn(`/servers/${id}`, action, body);
  }

  /** The same to something else, by its path. */
  async actOn(path: string, action: string, body?: object): Promise<void> {
    let { action: done } = (await this.ask("POST", `${path}/actions/${action}`, body)) as Acted;
    while (done.status === "running") {
      await new Promise((resolve) => setTimeout(resolve, 100));
      ({ action: done } = (await this.ask("GET", `/actions/${done.id}`)) as Acted);
    }
    if (done.status === "error") throw new Error(`${path} ${action}: ${done.error?.message}`);
  }

  /** Asks the cloud's API. */
  async ask(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(this.identity.endpoint + path, {
      method,
      headers: {
        authorization: `Bearer ${this.identity.token}`,
        "content-type": "application/json",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  }
}
