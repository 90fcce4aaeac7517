import type Router from "@koa/router";
import { z } from "zod";
import { ApiError, notFound, parse } from "../errors.ts";
import { faultSchema } from "../faults/fault.ts";
import type { ControlOptions } from "./control.ts";

const drift = z.object({
  project: z.string().optional(),
  method: z.enum(["POST", "PUT", "DELETE"]),
  path: z.string().startsWith("/"),
  body: z.unknown().optional(),
});

/** `/control/faults`: what goes wrong next; `/control/drift`: a change behind someone's back. */
export function faultRoutes(router: Router, { faults, behindTheBack }: ControlOptions): void {
  const body = (context: { request: unknown }) => (context.request as { body?: unknown }).body;

  router.get("/faults", (context) => {
    context.body = { faults: faults.list() };
  });

  router.post("/faults", (context) => {
    context.status = 201;
    context.body = { fault: faults.add(parse(faultSchema, body(context))) };
  });

  router.delete("/faults{/:id}", (context) => {
    const { id } = context.params;
    if (!faults.clear(id === undefined ? undefined : Number(id))) throw notFound("fault", id ?? "");
    context.status = 204;
  });

  router.post("/drift", async (context) => {
    const { project, method, path, body: wish } = parse(drift, body(context));
    const answer = await behindTheBack(project, method, path, wish);
    const said = answer.status === 204 ? null : ((await answer.json()) as { error?: ApiError });
    if (said?.error) throw new ApiError(answer.status, said.error.code, said.error.message);
    context.status = 201;
    context.body = { drift: said };
  });
}
