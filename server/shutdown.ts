import type { Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";

/** Shared by the process and its routes: once `draining`, /readyz answers 503. */
export interface Lifecycle {
  draining: boolean;
}

interface Options {
  lifecycle: Lifecycle;
  log: Logger;
  /** How long to go on accepting, so that the proxy can notice (ms). */
  delay: number;
  /** How long requests may then go on (ms). */
  timeout: number;
  /** What would never end by itself. */
  streams: { close: () => void };
  /** Lets go of what the process holds, when the last request is over. */
  release: () => Promise<void>;
}

/** At SIGTERM or SIGINT: answers what has begun, then lets the process end by itself. */
export function drainOnSignal(server: Server, options: Options): void {
  const { lifecycle, log, delay, timeout, streams, release } = options;
  let inFlight = 0;
  let closing = false;

  // server.close() waits for every connection, also for one on which no request ever came, so
  // the requests are counted here and the connections cut when none is left.
  const cutWhenIdle = () => {
    if (closing && inFlight === 0) server.closeAllConnections();
  };
  server.on("request", (_request, response) => {
    inFlight++;
    response.once("close", () => {
      inFlight--;
      cutWhenIdle();
    });
  });

  const drain = async (signal: NodeJS.Signals) => {
    if (lifecycle.draining) return;
    lifecycle.draining = true;
    log.info({ signal, inFlight }, "draining");
    const giveUp = () => {
      log.error({ inFlight }, "gave up waiting for requests");
      process.exit(1);
    };
    setTimeout(giveUp, delay + timeout).unref();
    streams.close();

    await sleep(delay);
    const closed = new Promise((resolve) => server.close(resolve));
    closing = true;
    cutWhenIdle();
    await closed;
    await release();
    log.info("stopped");
  };
  process.once("SIGTERM", drain);
  process.once("SIGINT", drain); // a second Ctrl-C ends the process at once
}
