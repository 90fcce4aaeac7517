import { setTimeout as pause } from "node:timers/promises";
import { JsonSocket } from "./json-socket.ts";

interface ExecStatus {
  exited: boolean;
  exitcode?: number;
  "err-data"?: string;
}

/** Runs a program in a guest by its agent, which answers once the guest has booted; a bound ends the wait for both. */
export async function runInGuest(
  socketPath: string,
  path: string,
  { input, seconds = 900 }: { input?: string; seconds?: number } = {},
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  const socket = await JsonSocket.open(socketPath);
  try {
    await answering(socket, end);
    const data = input === undefined ? {} : { "input-data": Buffer.from(input).toString("base64") };
    const args = { path, "capture-output": true, ...data };
    const { pid } = (await socket.call("guest-exec", args)) as { pid: number };
    for (;;) {
      const status = (await socket.call("guest-exec-status", { pid })) as ExecStatus;
      if (status.exited && status.exitcode === 0) return;
      if (status.exited) throw new Error(`${path} failed in the server: ${lastLine(status)}`);
      if (Date.now() > end) throw new Error(`${path} did not end within ${seconds} s`);
      await pause(200);
    }
  } finally {
    socket.close();
  }
}

const lastLine = (status: ExecStatus): string =>
  Buffer.from(status["err-data"] ?? "", "base64")
    .toString()
    .trim()
    .split("\n")
    .at(-1) || `exit code ${status.exitcode}`;

async function answering(socket: JsonSocket, end: number): Promise<void> {
  for (;;) {
    const answers = await socket.call("guest-ping", undefined, 5).then(
      () => true,
      () => false,
    );
    if (answers) return;
    if (Date.now() > end) throw new Error("the server's guest agent does not answer");
    await pause(500); // the monitor may have hung up, and says so at once
  }
}
