import { existsSync } from "node:fs";
import { join } from "node:path";
import { FailedError } from "../errors.ts";
import { lastLine } from "../last-line.ts";
import { poll } from "../poll.ts";
import type { Ends, Finished, Processes, RunOptions } from "../processes.ts";
import {
  type Backups,
  type Disk,
  type History,
  type Holder,
  type Maintenance,
  type Preview,
  readBackups,
  readDisks,
  readHistory,
  readHolder,
  readMaintenance,
  readPreviews,
  readSlots,
  readSurvey,
  type Slot,
  type Survey,
} from "./answers.ts";

const bin = "/opt/onebox/bin";
/** Milliseconds that a tunnel may take to open. */
const TUNNEL = 60_000;

/** The VM, by SSH as root. */
export class Vm {
  readonly address: string;
  readonly #directory: string;
  readonly #processes: Processes;
  #shared: string | undefined;

  /** @param directory where prepareSsh has written its files */
  constructor(address: string, directory: string, processes: Processes) {
    this.address = address;
    this.#directory = directory;
    this.#processes = processes;
  }

  /** Has what follows go through one connection. Only where nothing happens to the VM meanwhile. */
  shareConnection(): void {
    this.#shared = join(this.#directory, "ssh");
  }

  /** Ends the connection that is shared. */
  async close(): Promise<void> {
    if (this.#shared === undefined) return;
    const control = ["-o", `ControlPath="${this.#shared}"`, "-O", "exit", "onebox"];
    this.#shared = undefined;
    await this.#processes.run("ssh", control, { codes: "any" });
  }

  /** Runs a command of the VM's shell. */
  run(command: string, options: RunOptions = {}): Promise<Finished> {
    return this.#processes.run("ssh", [...this.#to(), command], options);
  }

  /** Runs a command with the caller's own input and output, or a shell. Returns its exit code. */
  attach(command: string[]): Promise<number> {
    return this.#processes.attach("ssh", [...this.#to(), ...command]);
  }

  /** Runs a command whose output goes on as it comes. Returns its exit code. */
  pass(command: string, write: (text: string) => void): Promise<number> {
    return this.#processes.pass("ssh", [...this.#to(), command], write);
  }

  /**
   * Forwards a socket of this computer's to a port of the VM's own, until the run ends: past the firewall, which may let
   * only proxies in.
   *
   * @returns the socket's path
   */
  async tunnel(port: number): Promise<string> {
    const socket = join(this.#directory, `port-${port}`);
    if (existsSync(socket)) return socket;
    const forward = ["-N", "-o", "ExitOnForwardFailure=yes", "-L", `${socket}:127.0.0.1:${port}`];
    let ended = false;
    this.#processes
      .run("ssh", [...forward, ...this.#to()], { codes: "any" })
      .catch(() => {}) // the run ends it
      .finally(() => {
        ended = true;
      });
    const isOpen = () => existsSync(socket);
    await poll(isOpen, (open) => open || ended, { within: TUNNEL, pause: 50 });
    if (isOpen()) return socket;
    throw new FailedError(`the VM at ${this.address} cannot be reached through SSH`, {
      next: "run this again",
    });
  }

  /** Runs a command that reads from one file and writes into another. Returns its exit code. */
  stream(command: string, ends: Ends): Promise<number> {
    return this.#processes.stream("ssh", [...this.#to(), command], ends);
  }

  /** What runs in each slot of stage and prod. */
  async slots(): Promise<Slot[]> {
    return readSlots(await this.#ask(`${bin}/status --json`));
  }

  /** The same, with how much space there is, and how the backups are. */
  async status(): Promise<{ slots: Slot[]; disks: Disk[]; backups: Backups[] }> {
    const answer = await this.#ask(`${bin}/status --json`);
    const [slots, disks] = [readSlots(answer), readDisks(answer)];
    return { slots, disks, backups: readBackups(answer) };
  }

  /** How the backups of an environment are; undefined: there are none. */
  async backups(environment: string): Promise<Backups | undefined> {
    return readBackups(await this.#ask(`${bin}/backups ${environment} --json`))[0];
  }

  /** What the storage holds of an environment, as pgBackRest tells it. */
  backupList(environment: string): Promise<string> {
    return this.#ask(`${bin}/backups ${environment} list`);
  }

  /** What was done to an environment, oldest first. */
  async history(environment: string): Promise<History[]> {
    return readHistory(await this.#ask(`${bin}/releases ${environment} --json`));
  }

  /** All previews, the oldest first. */
  async previews(): Promise<Preview[]> {
    return readPreviews(await this.#ask(`${bin}/preview-list --json`));
  }

  /** Whether an environment is in maintenance; undefined: it is not. */
  async maintenance(environment: string): Promise<Maintenance | undefined> {
    return readMaintenance(await this.#ask(`${bin}/maintenance ${environment} status --json`));
  }

  /** Who is at work on an environment; undefined: nobody. */
  async holder(environment: string): Promise<Holder | undefined> {
    const command = `${bin}/operate ${environment} holder --json`;
    return readHolder((await this.run(command, { codes: [0, 1] })).stdout);
  }

  /** What a deploy of an environment has to know before it begins. */
  async survey(environment: string): Promise<Survey> {
    const found = readSurvey(await this.#ask(`${bin}/survey ${environment} --json`));
    if (found !== undefined) return found;
    throw new FailedError(`the VM at ${this.address} does not say how much space it has`, {
      next: "run this again",
    });
  }

  async #ask(command: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(command, { codes: "any" });
    if (code === 0) return stdout;
    const why = lastLine(stderr || stdout) || `exit code ${code}`;
    throw new FailedError(`the VM at ${this.address} does not answer: ${why}`, {
      next: "run this again",
    });
  }

  #to(): string[] {
    const shared =
      this.#shared === undefined
        ? []
        : ["-o", "ControlMaster=auto", "-o", "ControlPersist=15"].concat([
            "-o",
            `ControlPath="${this.#shared}"`,
          ]);
    const config = ["-F", join(this.#directory, "ssh_config"), "-o", `HostName=${this.address}`];
    return [...config, ...shared, "onebox"];
  }
}
