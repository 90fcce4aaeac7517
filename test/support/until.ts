import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until something holds.
 *
 * @param unless what ends the wait when it fails
 */
export async function until(
  what: string,
  seconds: number,
  holds: () => Promise<boolean>,
  unless: Promise<unknown> = Promise.resolve(),
): Promise<void> {
  let failed: unknown;
  unless.catch((error: unknown) => {
    failed = error;
  });
  let last: unknown = "it does not hold";
  for (const end = Date.now() + seconds * 1000; failed === undefined; await sleep(500)) {
    if (
      await holds().catch((error: unknown) => {
        last = error;
        return false;
      })
    )
      return;
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`, { cause: last });
  }
  throw failed;
}
