import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { docker } from "./cli.ts";
import { LABEL } from "./containers.ts";

type Died = (server: number, exitCode: number) => void;

interface Actor {
  ID: string;
  Attributes: Record<string, string>;
}

const PAUSE = 1000;

/**
 * Follows the ends of a cloud's machines. When the engine restarts, the stream ends: `onReconnect`
 * is called after each new beginning, for what was missed.
 */
export class MachineEvents {
  readonly #cloud: string;
  readonly #died: Died;
  readonly #onReconnect: () => void;
  #child: ChildProcess | null = null;
  #closed = false;

  constructor(cloud: string, died: Died, onReconnect: () => void) {
    this.#cloud = cloud;
    this.#died = died;
    this.#onReconnect = onReconnect;
    this.#follow();
  }

  close(): void {
    this.#closed = true;
    this.#child?.kill();
  }

  #follow(): void {
    const filters = [`label=onebox.cloud=${this.#cloud}`, "type=container", "event=die"];
    const events = ["events", "--format", "{{json .Actor}}"];
    // setpriv: the client must not outlive an emulator that was killed.
    const child = spawn(
      "setpriv",
      ["--pdeathsig", "KILL", "docker", ...events, ...filters.flatMap((f) => ["--filter", f])],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const { ID, Attributes } = JSON.parse(line) as Actor;
      const server = Number(Attributes[LABEL.rescue] ?? Attributes[LABEL.own]);
      if (!(server > 0)) return; // the registry
      // The event comes a moment before the engine counts the container as stopped.
      const stopped = docker(["wait", ID]).catch(() => {});
      void stopped.then(() => this.#died(server, Number(Attributes.exitCode)));
    });
    const again = () => {
      if (this.#closed) return;
      setTimeout(() => {
        if (this.#closed) return;
        this.#follow();
        this.#onReconnect();
      }, PAUSE).unref();
    };
    child.on("error", again);
    child.on("exit", again);
  }
}
