import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FailedError, HeldError, RefusedError } from "../errors.ts";
import { lastLine } from "../last-line.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { showSteps } from "../vm/operate.ts";
import { renderSshConfig } from "../vm/ssh.ts";
import type { Pass } from "./pass.ts";

/** The VM, by a login that may ask for a release or a preview and nothing else (host/login/wish). */
export class Gate {
  readonly pass: Pass;
  readonly #session: Session;
  readonly #directory: string;

  constructor(session: Session, pass: Pass) {
    this.pass = pass;
    this.#session = session;
    this.#directory = join(session.secrets, "gate");
    mkdirSync(this.#directory, { mode: 0o700, recursive: true });
    const write = (name: string, text: string) =>
      writeFileSync(join(this.#directory, name), text, { mode: 0o600 });
    write("deploy_key", pass.key);
    write("known_hosts", `@cert-authority * ${pass.hostCa}\n`);
    write("ssh_config", renderSshConfig(this.#directory, pass.name));
  }

  /**
   * Asks for something, and shows the steps that the VM tells of.
   *
   * @returns what it has said
   * @throws RefusedError when the key may not do that, or nothing was touched for another reason
   */
  async ask(scope: "stage" | "prod" | "preview", words: string[], step?: Step): Promise<string> {
    if (!this.pass.uses.includes(scope)) {
      throw new RefusedError(`this release key is for ${this.pass.uses.join(", ")}, not ${scope}`);
    }
    const { address } = this.pass;
    const options = ["-o", `HostName=${address}`, "-o", `User=onebox-${scope}`, "-T"];
    const to = ["-F", join(this.#directory, "ssh_config"), ...options, "onebox"];
    const { code, stdout, stderr } = await this.#session.processes.run("ssh", to, {
      input: `${words.join(" ")}\n`,
      codes: "any",
      ...(step && { output: showSteps(step) }),
    });
    if (code === 0) return stdout;
    const [, why] = /^onebox: error: (.*)/m.exec(stdout) ?? [];
    if (code === 2) throw new RefusedError(why ?? "the VM refuses that");
    if (code === 3) throw new HeldError(lastLine(stdout).replace(/^onebox: /, ""));
    if (why !== undefined) throw new FailedError(why);
    throw new FailedError(`the VM at ${address} does not let this key in: ${lastLine(stderr)}`, {
      next: "see that config/release-keys on the main branch has it, and that stage was deployed since",
    });
  }
}
