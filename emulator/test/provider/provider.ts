import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { program } from "../terraform/support/terraform.ts";

const MODULE = "github.com/hetznercloud/terraform-provider-hcloud";
/** Names the version that is deployed with, and the checksum of its source. */
const PINNED = fileURLToPath(new URL("../../../toolchain/providers", import.meta.url));

/** Another pattern for a look at a few of them. */
const RUN = process.env.ONEBOX_ACCEPTANCE ?? "^TestAcc";

/** What became of a test, and what it printed. */
export interface Result {
  verdict: "pass" | "fail" | "skip";
  output: string;
}

/** Copies the provider's source into the directory: its tests look for a clone's folder above themselves. */
export function copySource(directory: string): void {
  const go = (...args: string[]) => execFileSync("go", args, { cwd: PINNED, encoding: "utf8" });
  go("mod", "download", MODULE);
  const from = go("list", "-m", "-f", "{{.Dir}}", MODULE).trim();
  cpSync(from, directory, { recursive: true });
  execFileSync("chmod", ["-R", "u+w", directory]); // Go's cache is read-only
  mkdirSync(join(directory, ".git"));
}

/** The names of its acceptance tests. */
export function acceptanceTests(directory: string): string[] {
  const files = readdirSync(join(directory, "internal"), { recursive: true, encoding: "utf8" });
  const tests = files.filter((file) => file.endsWith("_test.go"));
  return tests.flatMap((file) => {
    const text = readFileSync(join(directory, "internal", file), "utf8");
    return [...text.matchAll(/^func (TestAcc\w+)\(/gm)].map(([, name = ""]) => name);
  });
}

/**
 * Runs the acceptance tests against a cloud; a test whose package cannot be built is missing in the results.
 *
 * @param more variables of the tests' alone: Go itself reaches its proxy without them
 */
export async function runAcceptance(
  directory: string,
  { endpoint, token }: { endpoint: string; token: string },
  more: Record<string, string>,
): Promise<Map<string, Result>> {
  if (!existsSync(program)) throw new Error("no Terraform: run scripts/setup.sh first");
  const env = {
    ...process.env,
    ...{ HCLOUD_ENDPOINT: endpoint, HETZNER_ENDPOINT: endpoint, HCLOUD_TOKEN: token },
    ...{ TF_ACC: "1", TF_ACC_TERRAFORM_PATH: program, CHECKPOINT_DISABLE: "1" },
  };
  const own = ["env", ...Object.entries(more).map(([name, value]) => `${name}=${value}`)];
  const options = ["-json", "-p", "1", "-parallel", "4", "-timeout", "2h", "-run", RUN];
  const child = spawn("go", ["test", "-exec", own.join(" "), ...options, "./internal/..."], {
    ...{ cwd: directory, env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const outputs = new Map<string, string>();
  const results = new Map<string, Result>();
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("{")) continue;
    const { Action: action, Test: test, Output: text = "" } = JSON.parse(line);
    if (test === undefined) continue;
    const name = test.split("/")[0];
    if (action === "output") outputs.set(name, (outputs.get(name) ?? "") + text);
    const ended = action === "pass" || action === "fail" || action === "skip";
    if (ended && name === test)
      results.set(name, { verdict: action, output: outputs.get(name) ?? "" });
  }
  return results;
}
