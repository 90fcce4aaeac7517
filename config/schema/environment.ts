import { z } from "zod";
import { hostname, label, spelt } from "../names.ts";
import { memory, port, protocol, seconds } from "./values.ts";

const isHost = (name: string) => name === "" || label.test(name) || hostname(name);
const host = z
  .string()
  .refine(
    isHost,
    spelt(
      'must be one DNS label such as "www", a whole name such as "shop.example.org", or "" for the domain itself; ' +
        "lower case, other scripts as xn--",
      isHost,
    ),
  );

/** One environment: its hosts, its app's memory, and what one client may ask. */
export const environment = z.strictObject({
  /** Host name in front of the cloud's domain; "" is the domain itself. */
  subdomain: z.union([
    z.literal(""),
    z.string().refine(
      (name) => label.test(name),
      spelt("must be one DNS label, or empty", (name) => label.test(name)),
    ),
  ]),
  /** Further hosts that it answers for: in front of the cloud's domain too, unless there is a dot in them. */
  hosts: z.array(host).default([]),
  /** Hosts that redirect to the environment's own for good, with path and query. */
  redirects: z.array(host).default([]),
  /** Paths, with all below them, that another port of the app's container answers. */
  routes: z
    .array(
      z.strictObject({
        path: z
          .string()
          .regex(
            /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+$/,
            'must be a path such as "/admin", without a "/" at its end',
          ),
        port,
        protocol,
      }),
    )
    .default([]),
  /** Docker's memory limit of the app's container; with `standby` there are two of them. */
  memory,
  /** Whether the last release goes on running, without traffic, so that a rollback takes no start. */
  standby: z.boolean(),
  /** What one client address may ask, whoever asks more gets 429, and what a request may take. 0: as much as it likes. */
  limits: z
    .strictObject({
      /** Requests under way at a time, streams included. All visitors by IPv6 share one address (docs/configuration.md). */
      atOnce: z
        .int()
        .min(0, "must be at least 0")
        .max(100_000, "must be at most 100000")
        .default(2000),
      /** Requests in a second, on average; twice as many may come at once. A deploy asks some itself. */
      perSecond: z
        .int()
        .refine(
          (rate) => rate === 0 || (rate >= 100 && rate <= 100_000),
          "must be 0, or 100 to 100000",
        )
        .default(0),
      /** Megabytes of a request's body; whoever sends more gets 413. */
      body: z.int().min(0, "must be at least 0").max(100_000, "must be at most 100000").default(0),
      /** Seconds that a request may take from its first byte to its last; then it is cut. */
      upload: seconds(1, 86_400).default(600),
      /** Seconds that the app may take from then until its answer begins; then the visitor gets 504. */
      answer: seconds(0, 86_400).default(0),
    })
    .prefault({}),
});
