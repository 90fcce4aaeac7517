import type { Step } from "../steps.ts";
import type { Kit } from "./kit.ts";

const asked = new Map<string, Promise<boolean>>();

/** Whether an official source answers, asked once a run, at most five seconds. */
export function isReachable(kit: Kit, url: string): Promise<boolean> {
  const known = asked.get(url) ?? ask(kit, url);
  asked.set(url, known);
  return known;
}

/** curl goes through the proxies and trusts the CAs that this computer's owner has told it of. */
async function ask({ processes }: Kit, url: string): Promise<boolean> {
  const limits = ["--connect-timeout", "3", "--max-time", "5"];
  const args = ["-sS", "-o", "/dev/null", ...limits, "-w", "%{http_code}", url];
  const { code, stdout } = await processes.run("curl", args, { codes: "any" });
  return code === 0 && isAnswer(Number(stdout));
}

/** Any answer counts but a refusal and a server's error: Docker Hub answers 401 to who has not logged in. */
export function isAnswer(status: number): boolean {
  return (status >= 200 && status < 400) || status === 401;
}

/** Downloads a file. */
export async function download(kit: Kit, url: string, file: string, step: Step): Promise<void> {
  const args = ["-fsSL", "--retry", "2", "-o", file, url];
  await kit.processes.run("curl", args, { output: step.output });
}
