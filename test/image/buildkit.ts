import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { root } from "../../config/load.ts";

const tools = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "onebox/go-tools");

/** A program that scripts/setup.sh --tests has built, by its name and pinned version. */
function tool(name: string): string {
  const pins = readFileSync(join(root, "toolchain/versions.env"), "utf8");
  const key = name === "buildx" ? "BUILDX" : "BUILDKIT";
  return join(tools, `${name}-${new RegExp(`^${key}_VERSION=(.*)$`, "m").exec(pins)?.[1]}`);
}

/** BuildKit as a builder of its own, and Docker's plugin for it, built by scripts/setup.sh --tests. */
export class BuildKit {
  readonly #directory: string;
  readonly #process: ChildProcess;

  private constructor(directory: string, process: ChildProcess) {
    this.#directory = directory;
    this.#process = process;
  }

  /** @param mirror registry that stands for Docker Hub */
  static async start(directory: string, mirror: string): Promise<BuildKit> {
    const place = (name: string) => join(directory, name);
    mkdirSync(place("cli-plugins"));
    symlinkSync(tool("buildx"), place("cli-plugins/docker-buildx"));
    const registries = `[registry."docker.io"]\nmirrors = ["${mirror}"]\n[registry."${mirror}"]\nhttp = true\n`;
    writeFileSync(place("buildkitd.toml"), registries);
    const socket = `unix://${place("buildkit.sock")}`;
    const args = [
      "--root",
      place("buildkit"),
      "--addr",
      socket,
      "--config",
      place("buildkitd.toml"),
    ];
    const started = spawn(tool("buildkitd"), [...args, "--containerd-worker=false"], {
      stdio: "ignore",
    });
    const buildkit = new BuildKit(directory, started);
    const deadline = Date.now() + 60_000;
    while (!existsSync(place("buildkit.sock"))) {
      if (Date.now() > deadline) throw new Error("buildkitd did not start in a minute");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const create = ["buildx", "create", "--name", "test", "--driver", "remote", socket, "--use"];
    execFileSync("docker", create, { env: { ...process.env, ...buildkit.env() }, stdio: "pipe" });
    return buildkit;
  }

  /** The environment in which `docker buildx` uses it. */
  env(): Record<string, string> {
    return { DOCKER_CONFIG: this.#directory };
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.on("exit", resolve));
    this.#process.kill("SIGTERM");
    await ended;
  }
}
