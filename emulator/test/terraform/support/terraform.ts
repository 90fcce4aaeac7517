import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { TestCloud } from "../../support/cloud.ts";

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "onebox");
/** Terraform, as scripts/setup.sh has provided it. */
export const program = join(cache, "bin/terraform");

/** What a plan wants to do with one resource; nothing is listed for a resource that it leaves alone. */
export interface Change {
  address: string;
  action: "create" | "read" | "update" | "replace" | "delete" | "noop" | "import";
}

/** What a run of `plan` or `apply` said. */
export interface Outcome {
  changes: Change[];
  /** Addresses of what could not be made, changed or removed. */
  failed: string[];
  /** The text of every error; Terraform does not always say whose it is. */
  errors: string[];
}

export type Terraform = ReturnType<typeof createTerraform>;

/** Terraform with the real provider, in `directory` and against `cloud`. */
export function createTerraform(
  cloud: Pick<TestCloud, "endpoint" | "token">,
  directory: string,
  variables: () => Record<string, string> = () => ({}),
) {
  if (!existsSync(program)) throw new Error("no Terraform: run scripts/setup.sh first");

  const start = (args: string[]) => {
    const values = Object.entries(variables()).map(([name, value]) => [`TF_VAR_${name}`, value]);
    const env = {
      ...process.env,
      HCLOUD_ENDPOINT: cloud.endpoint,
      HETZNER_ENDPOINT: cloud.endpoint,
      HCLOUD_TOKEN: cloud.token,
      TF_CLI_CONFIG_FILE: join(cache, "terraform/cli.tfrc"),
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      ...Object.fromEntries(values),
    };
    return new Promise<{ failure: Error | null; output: string }>((resolve) => {
      const options = { cwd: directory, env, maxBuffer: 1 << 28 };
      execFile(program, args, options, (failure, stdout, stderr) =>
        resolve({ failure, output: stdout + stderr }),
      );
    });
  };

  /** Runs a command that must succeed; returns what it printed. */
  const run = async (...args: string[]): Promise<string> => {
    const { failure, output } = await start(args);
    if (failure !== null) {
      throw new Error(`terraform ${args[0]}: ${output}`, { cause: failure });
    }
    return output;
  };

  /** Runs `plan` or `apply`, and returns what was planned and what failed. */
  const observe = async (command: "plan" | "apply", ...args: string[]): Promise<Outcome> => {
    const approve = command === "apply" ? ["-auto-approve"] : [];
    const { failure, output } = await start([command, "-json", ...approve, ...args]);
    const outcome = read(output);
    if (failure !== null && outcome.errors.length === 0) {
      throw new Error(`terraform ${command}: ${output}`, { cause: failure });
    }
    return outcome;
  };

  /** Runs `apply`, which must go without an error; returns what was planned. */
  const apply = async (...args: string[]): Promise<Change[]> => {
    const { errors, changes } = await observe("apply", ...args);
    expect(errors).to.deep.equal([]);
    return changes;
  };

  return { run, observe, apply };
}

/** Reads the JSON lines of `-json`. */
function read(output: string): Outcome {
  const outcome: Outcome = { changes: [], failed: [], errors: [] };
  for (const line of output.split("\n").filter((text) => text.startsWith("{"))) {
    const { type, change, diagnostic, hook } = JSON.parse(line);
    if (type === "planned_change") {
      const action = change.action === "noop" && change.importing ? "import" : change.action;
      outcome.changes.push({ address: change.resource.addr, action });
    }
    if (type === "apply_errored") outcome.failed.push(hook.resource.addr);
    if (diagnostic?.severity === "error") {
      if (diagnostic.address !== undefined) outcome.failed.push(diagnostic.address);
      outcome.errors.push(`${diagnostic.summary} ${diagnostic.detail}`);
    }
  }
  return outcome;
}
