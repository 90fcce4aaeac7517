import { cases } from "./cases.ts";
import { withOwnCloud } from "./own-cloud.ts";
import { type Recording, record } from "./recording.ts";
import { runCases } from "./run.ts";

/** Records the shapes of the emulator's answers to all cases. */
export async function recorded(): Promise<Recording> {
  const recording: Recording = { answers: {}, shapes: {} };
  const look = (ask: string, body: object | null) => {
    record(recording, ask, body);
    return [];
  };
  await withOwnCloud((api) => runCases(cases, api, look, new AbortController().signal));
  return recording;
}
