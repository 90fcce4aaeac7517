import { z } from "zod";

/** What every fault can be limited by; without limits it strikes the next request of any kind. */
const aim = {
  /** How often it strikes; null until it is cleared. */
  times: z.int().min(1).nullable().default(1),
  project: z.string().optional(),
  method: z.enum(["GET", "POST", "PUT", "DELETE"]).optional(),
  /** The path after /v1; `*` stands for any text. */
  path: z.string().startsWith("/").optional(),
  /** An id in the path, of the action's resources, or of the server; or the server's name. */
  resource: z.string().min(1).optional(),
};
/** The action's command, such as create_server. */
const command = z.string().optional();

/** What can be made to go wrong, with its own settings. */
export const faultSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("rate_limit"), ...aim }),
  z.object({
    kind: z.literal("error"),
    status: z.int().min(400).max(599).default(500),
    code: z.string().optional(),
    ...aim,
  }),
  z.object({ kind: z.literal("bad_gateway"), ...aim }),
  z.object({ kind: z.literal("reset"), ...aim }),
  z.object({ kind: z.literal("lost_answer"), ...aim }),
  z.object({ kind: z.literal("resource_unavailable"), location: z.string(), ...aim }),
  z.object({ kind: z.literal("clock_skew"), seconds: z.number(), ...aim }),
  z.object({ kind: z.literal("slow_action"), seconds: z.number().min(0), command, ...aim }),
  z.object({
    kind: z.literal("failing_action"),
    code: z.string().default("action_failed"),
    message: z.string().default("the action failed, as a fault wanted it to"),
    command,
    ...aim,
  }),
  z.object({ kind: z.literal("never_boots"), ...aim }),
  z.object({ kind: z.literal("no_ssh"), ...aim }),
]);

export type FaultWish = z.output<typeof faultSchema>;
export type FaultKind = FaultWish["kind"];
/** A fault that waits for its victim. */
export type Fault = FaultWish & { id: number };
export type FaultOf<K extends FaultKind> = Fault & { kind: K };

/** What happens, by its kind; for people. */
export const MEANINGS: Record<FaultKind, string> = {
  rate_limit: "429, as if too much had been asked",
  error: "an error of the API: --status (500), --code",
  bad_gateway: "502 without a body",
  reset: "the connection is reset before anything is done",
  lost_answer: "all is done, but nobody is told: the connection breaks",
  resource_unavailable: "412 for what is wanted in --location",
  clock_skew: "the time is wrong by --seconds, in dates and in the Date header",
  slow_action: "an action (--command) takes --seconds longer",
  failing_action: "an action (--command) ends in error: --code, --message",
  never_boots: "a server that is running, says the API, but never answers",
  no_ssh: "a server boots without SSH",
};
