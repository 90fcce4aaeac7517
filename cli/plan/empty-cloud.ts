import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { FailedError } from "../errors.ts";
import { lastLine } from "../last-line.ts";
import { poll } from "../poll.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";

/** Milliseconds in which it has to be there. */
const PATIENCE = 30_000;

const schema = z.object({ endpoint: z.string(), token: z.string(), pid: z.number() });

/** A local cloud without machines, which ends with the run. */
export interface EmptyCloud {
  /** Where it keeps what it says of itself. */
  directory: string;
  endpoint: string;
  token: string;
}

/** Starts one, and waits until it answers. */
export async function startEmptyCloud(session: Session, step: Step): Promise<EmptyCloud> {
  const { root, processes, scratch } = session;
  const directory = join(scratch, "cloud");
  const options = ["--driver", "api-only", "--no-registry", "--data", directory];
  let said = "";
  const output = (text: string) => {
    said += text;
    step.output(text);
  };
  const program = join(root, "emulator/main.ts");
  let running = true;
  const end = () => {
    running = false;
  };
  processes.run(process.execPath, [program, ...options], { output, codes: "any" }).then(end, end);
  const found = await poll(
    () => read(join(directory, "cloud.json")),
    (cloud) => cloud !== undefined || !running,
    { within: PATIENCE, pause: 20 },
  );
  if (found !== undefined) return { directory, ...found };
  throw new FailedError(`the local cloud did not start: ${lastLine(said)}`);
}

/** What it says of itself, once all of it is there. */
function read(file: string): z.infer<typeof schema> | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}
