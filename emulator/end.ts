/** What may still be open then, such as a connection that is kept, gets so long to close by itself (ms). */
const PATIENCE_MS = 1000;

/**
 * Lets the process end by itself with this code, or has it end after a moment, as what is still open would keep it.
 * process.exit at once waits for V8's other threads, of which one that optimizes code may wait for a garbage collection
 * by the thread that exits: neither goes on (nodejs/node#54918; seen once in 2,000 starts).
 */
export function end(code: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(), PATIENCE_MS).unref();
}

/** Ends so with code 2, and says why in one line: nothing was touched. */
export function refuse(cause: unknown): void {
  const message = cause instanceof Error ? cause.message : String(cause);
  process.stderr.write(`onebox-cloud: ${message.split("\n")[0]}\n`);
  end(2);
}
