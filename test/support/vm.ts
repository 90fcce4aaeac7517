import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Identity, loadIdentity } from "../../emulator/identity.ts";

const execute = promisify(execFile);

/** The VM of a clone's local cloud, reached past SSH: also while it has no network, and in 0.1 s. */
export class Vm {
  private readonly identity: Identity;

  constructor(directory: string) {
    const identity = loadIdentity(join(directory, ".onebox/cloud"));
    if (identity === null) throw new Error(`${directory} has no local cloud`);
    this.identity = identity;
  }

  /** Runs shell there and returns what it printed; throws when a command of it fails. */
  async run(shell: string): Promise<string> {
    const container = `onebox-${this.identity.id}-onebox`;
    const { stdout } = await execute("docker", ["exec", container, "bash", "-euc", shell]);
    return stdout.trim();
  }

  /** Presses its reset button. */
  async reset(): Promise<void> {
    const { servers } = (await this.ask("GET", "/servers")) as { servers: { id: number }[] };
    const [server] = servers;
    if (server === undefined) throw new Error("there is no server");
    await this.ask("POST", `/servers/${server.id}/actions/reset`);
  }

  private async ask(method: string, path: string): Promise<unknown> {
    const answer = await fetch(this.identity.endpoint + path, {
      method,
      headers: { authorization: `Bearer ${this.identity.token}` },
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
