import { spawn } from "node:child_process";
import { homeOf } from "../environment.ts";
import { SecretsError } from "./error.ts";

/** What a run of gpg has brought. */
export interface GpgRun {
  code: number;
  output: Buffer;
  /** Lines of --status-fd, without their "[GNUPG:] ". */
  status: string[];
  /** What it said to people. */
  errors: string;
}

/** Runs gpg. It may ask for a passphrase in the terminal; everything else goes through pipes. */
export function gpg(args: string[], input: Uint8Array = new Uint8Array()): Promise<GpgRun> {
  return new Promise((resolve, reject) => {
    const child = spawn("gpg", ["--status-fd", "3", ...args], {
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      // What it says is read here, so it has to be English.
      env: { ...process.env, HOME: homeOf(process.env), LC_ALL: "C", LANGUAGE: "" },
    });
    const [output, errors, status] = [1, 2, 3].map((number) => {
      const chunks: Buffer[] = [];
      const stream = child.stdio[number] as NodeJS.ReadableStream;
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      return () => Buffer.concat(chunks);
    }) as [() => Buffer, () => Buffer, () => Buffer];
    child.on("error", (error) =>
      reject("code" in error && error.code === "ENOENT" ? missing() : error),
    );
    child.on("close", (code) =>
      resolve({
        code: code ?? 1,
        output: output(),
        errors: errors().toString(),
        status: statusLines(status().toString()),
      }),
    );
    child.stdin?.on("error", () => {}); // it may end before it has read all
    child.stdin?.end(input);
  });
}

function missing(): SecretsError {
  return new SecretsError("gpg is missing; run: scripts/setup.sh");
}

function statusLines(text: string): string[] {
  return text.split("\n").flatMap((line) => /^\[GNUPG:\] (.*)$/.exec(line)?.slice(1) ?? []);
}
