import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Processes } from "../../cli/processes.ts";
import type { Step } from "../../cli/steps.ts";
import type { Kit } from "../../cli/toolchain/kit.ts";
import { readSystem } from "../../cli/toolchain/system.ts";

export const root = join(import.meta.dirname, "../..");

/** What setup.sh itself and its parts call, apart from what they look for. */
const plain = "bash sh env cat cksum flock readlink sleep touch mkdir chmod rm";

/** A made-up machine: a PATH of its own and an empty cache, on which setup.sh can do no harm. */
export class Machine {
  readonly directory = mkdtempSync(join(tmpdir(), "onebox-machine-"));
  readonly bin = join(this.directory, "bin");
  env: Record<string, string> = {};

  constructor() {
    mkdirSync(this.bin);
    this.has(...plain.split(" "));
    this.pretends("uname", "echo Linux x86_64");
    this.pretends("id", "if [ $1 = -un ]; then echo dev; else echo 1000; fi");
    this.pretends("sudo", "exit 1");
  }

  /** The real programs of these names. */
  has(...names: string[]): this {
    for (const name of names) {
      const { stdout } = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
      if (stdout) symlinkSync(stdout.trim(), join(this.bin, name));
    }
    return this;
  }

  /** A program of this name that is a shell script. */
  pretends(name: string, script = ""): this {
    const path = join(this.bin, name);
    rmSync(path, { force: true });
    writeFileSync(path, `#!/bin/bash\n${script}\n`, { mode: 0o755 });
    return this;
  }

  /** Programs of these names that do nothing and succeed. */
  pretendsAll(...names: string[]): this {
    for (const name of names) this.pretends(name);
    return this;
  }

  lacks(name: string): this {
    rmSync(join(this.bin, name), { force: true });
    return this;
  }

  get cache(): string {
    return join(this.directory, "cache/onebox");
  }

  /** What its programs get. */
  get environment(): Record<string, string> {
    return {
      PATH: this.bin,
      HOME: this.directory,
      XDG_CACHE_HOME: join(this.directory, "cache"),
      ...this.env,
    };
  }

  /** What providing a tool here takes. */
  async kit(): Promise<Kit> {
    const { environment, cache } = this;
    const processes = new Processes(environment, 3);
    const system = await readSystem(processes, environment);
    return { root, cache, environment, processes, system };
  }

  setup(...args: string[]) {
    const log = join(this.directory, "log");
    writeFileSync(log, "");
    const { status, stdout, stderr } = spawnSync(join(root, "scripts/setup.sh"), args, {
      cwd: root,
      encoding: "utf8",
      env: { ...this.environment, ONEBOX_LOG: log },
    });
    return { status, output: stdout + stderr };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A step that collects what programs say. */
export function quietStep(): Step & { said: string } {
  const step = {
    ...{ note: "", said: "" },
    progress: () => {},
    output: (text: string) => {
      step.said += text;
    },
  };
  return step;
}
