import type { Middleware } from "koa";
import type { Clock } from "../clock.ts";
import { ApiError } from "../errors.ts";
import type { Faults } from "./faults.ts";

/** Kinds that strike a request by itself, in no order. */
const KINDS = ["rate_limit", "error", "bad_gateway", "reset", "lost_answer"] as const;

/** Hetzner's codes of statuses that a fault can have. */
const CODES: Record<number, string> = {
  401: "unauthorized",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  410: "deprecated_api_endpoint",
  412: "resource_unavailable",
  422: "service_error",
  423: "locked",
  429: "rate_limit_exceeded",
  500: "server_error",
  502: "bad_gateway",
  503: "unavailable",
  504: "timeout",
};

/** Lets faults strike requests. It stands around the commit: a lost answer's work is on disk. */
export function strike(faults: Faults, clock: Clock): Middleware {
  return async (context, next) => {
    if (context.state.internal === true) return next();
    const { method, path } = context;
    const asked = { project: context.state.project as string, method, path };

    const skew = faults.ofRequest(asked, ["clock_skew"]);
    clock.skew = (skew?.seconds ?? 0) * 1000;
    context.set("Date", clock.now().toUTCString());

    const location = wishedLocation((context.request as { body?: unknown }).body);
    const missing = faults.ofRequest(asked, ["resource_unavailable"], (one) => {
      return method === "POST" && one.location === location;
    });
    const fault = missing ?? faults.ofRequest(asked, KINDS);
    context.state.fault = fault?.kind ?? skew?.kind;
    switch (fault?.kind) {
      case undefined:
        return next();
      case "resource_unavailable":
        throw unavailable(path, fault.location);
      case "rate_limit":
        context.set("RateLimit-Remaining", "0");
        throw new ApiError(429, "rate_limit_exceeded", "limit of requests per hour reached");
      case "error": {
        const code = fault.code ?? CODES[fault.status] ?? "service_error";
        const details = code === "invalid_input" ? { fields: [] } : undefined;
        throw new ApiError(fault.status, code, `a fault was wished for: ${code}`, details);
      }
      case "lost_answer":
        await next().catch(() => {}); // an error would not be told either
        break;
      case "bad_gateway":
      case "reset":
    }
    context.respond = false;
    if (fault.kind !== "bad_gateway") context.req.socket.resetAndDestroy();
    else context.res.writeHead(502, { "Content-Length": "0" }).end();
  };
}

/** Volumes have a code of their own for it. */
const unavailable = (path: string, location: string) =>
  path === "/v1/volumes"
    ? new ApiError(422, "no_space_left_in_location", `no space is left in ${location}`)
    : new ApiError(412, "resource_unavailable", `nothing is available in ${location}`);

/** Where a request wants something to be; who leaves the choice to Hetzner gets another place. */
function wishedLocation(body: unknown): string | undefined {
  const { location, datacenter } = (body ?? {}) as { location?: unknown; datacenter?: unknown };
  if (typeof location === "string") return location;
  return typeof datacenter === "string" ? datacenter.split("-")[0] : undefined;
}
