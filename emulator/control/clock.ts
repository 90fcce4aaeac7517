import type Router from "@koa/router";
import { z } from "zod";
import { invalidField, parse } from "../errors.ts";
import type { ControlOptions } from "./control.ts";

const wish = z.object({
  profile: z.enum(["instant", "realistic"]).optional(),
  held: z.boolean().optional(),
  /** Only a held clock can be moved by hand. */
  advance_seconds: z.number().positive().optional(),
});

/** `/control/clock`: how long actions take, and a clock that one can hold and move. */
export function clockRoutes(router: Router, { clock, profile }: ControlOptions): void {
  const show = () => ({
    clock: { now: clock.now().toISOString(), held: clock.held, profile: profile.get() },
  });

  router.get("/clock", (context) => {
    context.body = show();
  });

  router.put("/clock", async (context) => {
    const body = parse(wish, (context.request as { body?: unknown }).body);
    if (body.profile !== undefined) profile.set(body.profile);
    if (body.held === true) clock.hold();
    if (body.advance_seconds !== undefined) {
      if (!clock.held) throw invalidField("advance_seconds", "the clock is running: hold it first");
      await clock.advance(body.advance_seconds * 1000);
    }
    if (body.held === false) clock.release();
    context.body = show();
  });
}
