import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { FaultWish } from "../../faults/fault.ts";
import type { TestCloud } from "./cloud.ts";

const COMMAND = fileURLToPath(new URL("../../control/command.ts", import.meta.url));

/** Asks a cloud's control endpoint over HTTP. */
export async function control(
  cloud: TestCloud,
  method: string,
  path: string,
  body?: unknown,
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at field by field
): Promise<any> {
  const answer = await fetch(cloud.endpoint.replace("/v1", "/control") + path, {
    method,
    headers: { Authorization: `Bearer ${cloud.controlToken}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return answer.status === 204 ? null : answer.json();
}

/** Wishes for a fault, once unless told. */
export const wish = (cloud: TestCloud, fault: { kind: FaultWish["kind"] } & Partial<FaultWish>) =>
  control(cloud, "POST", "/faults", fault);

/** Runs onebox-cloud-control; its first argument is the directory of a cloud. */
export async function command(...args: string[]) {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args]);
    return { code: 0, stdout, stderr: "" };
  } catch (cause) {
    return cause as { code: number; stdout: string; stderr: string };
  }
}
