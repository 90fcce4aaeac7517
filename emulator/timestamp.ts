import type { Clock } from "./clock.ts";

/** The cloud's time, as Hetzner writes it: RFC 3339 in UTC, whole seconds. */
export const timestamp = (clock: Clock) =>
  clock
    .now()
    .toISOString()
    .replace(/\.\d+Z$/, "+00:00");
