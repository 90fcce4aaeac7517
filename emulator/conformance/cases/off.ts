import type { Call } from "../case.ts";

/** A server that costs little and is not started. */
export const OFF = { server_type: "cx23", image: "debian-13", start_after_create: false };

/** Orders one; the calls after it know it as `off`. */
export const orderOff: Call = {
  ask: "POST /servers",
  body: { name: "{run}", ...OFF },
  answer: "201",
  as: "off",
};
