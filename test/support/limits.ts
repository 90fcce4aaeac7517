import type { Limits } from "../../cli/release/limits.ts";
import type { Routes } from "../../cli/release/routes.ts";

/** Limits that a test does not reach. */
export const limits: Limits["of"] = {
  atOnce: 500,
  perSecond: 0,
  body: 0,
  upload: 600,
  answer: 0,
};

/** An app behind Traefik as the configuration has it, unless told otherwise. */
export const plainApp: Routes["app"] = { port: 3000, protocol: "http", idle: 1 };
