import { setTimeout as sleep } from "node:timers/promises";

/** How long something is waited for, and the pause before it is asked for again; milliseconds. */
export interface Patience {
  within: number;
  pause: number;
}

/** Asks until an answer will do, or the time is over. Returns the last answer, whatever it is. */
export async function poll<Answer>(
  ask: () => Answer | Promise<Answer>,
  willDo: (answer: Answer) => boolean,
  { within, pause }: Patience,
): Promise<Answer> {
  for (const end = performance.now() + within; ; await sleep(pause)) {
    const answer = await ask();
    if (willDo(answer) || performance.now() >= end) return answer;
  }
}
