import { once } from "node:events";
import { createInterface } from "node:readline/promises";

/** Asks whoever calls the program, and returns a line; undefined when nobody answers (Ctrl-D, or no input). */
export async function ask(
  question: string,
  output: NodeJS.WritableStream,
): Promise<string | undefined> {
  const asking = createInterface({ input: process.stdin, output, terminal: false });
  const ended = once(asking, "close").then(() => undefined);
  const answer = await Promise.race([asking.question(question), ended]);
  asking.close();
  return answer;
}
