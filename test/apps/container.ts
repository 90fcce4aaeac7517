import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { label } from "../support/label.ts";

/** An app's container with the limits that docker-compose.yml gives it. */
export class Container {
  readonly #id: string;

  constructor(image: string) {
    const limits = [
      ...["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--init", "--pids-limit", "256"],
      ...["--security-opt", "no-new-privileges", "--memory", "256m"],
    ];
    const told = ["--env", "PORT=8080", "--publish", "127.0.0.1::8080"];
    this.#id = docker("run", "--detach", ...label(), ...limits, ...told, image);
  }

  /** What it answers on a path, once it answers at all; waits a minute. */
  async ask(path: string): Promise<{ status: number; text: string }> {
    const address = docker("port", this.#id, "8080/tcp").split("\n")[0];
    for (const end = Date.now() + 60_000; ; ) {
      const answer = await fetch(`http://${address}${path}`).catch(() => undefined);
      if (answer !== undefined) return { status: answer.status, text: await answer.text() };
      if (Date.now() > end) throw new Error(`no answer:\n${docker("logs", this.#id)}`);
      await sleep(100);
    }
  }

  /** Stops it as a release is stopped; its exit code, which is 137 when it had to be killed. */
  stop(): number {
    docker("stop", "--time", "30", this.#id);
    return Number(docker("inspect", "--format", "{{.State.ExitCode}}", this.#id));
  }

  remove(): void {
    docker("rm", "--force", "--volumes", this.#id);
  }
}

function docker(...args: string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", stdio: "pipe" }).trim();
}
