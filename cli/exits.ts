/**
 * Lets `process.exit` always end the process. Without this it waits for V8's other threads, of which one that makes
 * optimized code may wait for a garbage collection by the thread that exits: neither goes on any more
 * (nodejs/node#54918; on a busy computer seen once in 2,000 starts with Node 24.21). So that code is made by the main
 * thread. To be imported first.
 */
import { setFlagsFromString } from "node:v8";

/** The option of V8 for it. */
export const exits = "--no-maglev-build-code-on-background";

setFlagsFromString(exits);
