import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Stage } from "../support/stage.ts";
import { Vm } from "../support/vm.ts";

const run = promisify(execFile);

/**
 * Bare commands, on this computer and on the VM. The VM is entered through Docker and not by SSH, so
 * that what Onebox is compared with pays for nothing of Onebox's.
 */
export class Machine {
  private readonly directory: string;
  private readonly vm: Vm;

  constructor(stage: Stage) {
    this.directory = stage.clone.directory;
    this.vm = new Vm(this.directory);
  }

  /** Runs a shell command on the VM. */
  there = (command: string): Promise<string> => this.vm.run(command);

  /** Builds a commit of the clone. */
  build(image: string, commit: string): Promise<string> {
    // Docker's old builder does not set BUILDPLATFORM itself.
    const platform = `BUILDPLATFORM=linux/${process.arch === "x64" ? "amd64" : process.arch}`;
    const label = ["--build-arg", `COMMIT=${commit}`, "--build-arg", platform];
    const file = ["--file", "server/Dockerfile"];
    return this.here("docker", "build", "--quiet", ...file, ...label, "--tag", image, ".");
  }

  push(image: string): Promise<string> {
    return this.here("docker", "push", "--quiet", image);
  }

  private async here(program: string, ...args: string[]): Promise<string> {
    return (await run(program, args, { cwd: this.directory, maxBuffer: 1e8 })).stdout;
  }
}
