import { execFileSync } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";

// Where scripts/setup.sh puts Terraform and the mirror of the providers.
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "onebox");
const program = join(cache, "bin", "terraform");
const cliConfig = join(cache, "terraform", "cli.tfrc");

/** Runs the Terraform that set-up chose, with the mirror of the providers; returns what it prints. */
export function terraform(directory: string, ...args: string[]): string {
  try {
    return execFileSync(program, args, {
      cwd: directory,
      encoding: "utf8",
      env: { ...process.env, TF_CLI_CONFIG_FILE: cliConfig, CHECKPOINT_DISABLE: "1" },
      maxBuffer: 64 * 1024 * 1024,
      stdio: ["ignore", "pipe", "pipe"],
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      throw new Error(`${program} is missing; run scripts/setup.sh`, { cause });
    }
    const { stderr = "" } = cause as { stderr?: string };
    throw new Error(`terraform ${args[0]} failed; run scripts/setup.sh\n${stderr}`, { cause });
  }
}
