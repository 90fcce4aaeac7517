import type Router from "@koa/router";
import { z } from "zod";
import { notFound, parse } from "../errors.ts";
import type { Token } from "../store/records.ts";
import type { ControlOptions } from "./control.ts";

const schema = z.object({
  project: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, "is not a name for a project"),
  access: z.enum(["read", "read_write"]).default("read_write"),
  name: z.string().max(128).default(""),
});

const present = ({ digest: _, labels: __, ...token }: Token) => token;

/** `/control/tokens`: a project comes to be by its first token. */
export function tokenRoutes(router: Router, { tokens, store }: ControlOptions): void {
  router.get("/tokens", (context) => {
    context.body = { tokens: tokens.list().map(present) };
  });

  router.post("/tokens", async (context) => {
    const { token, record } = tokens.add(
      parse(schema, (context.request as { body?: unknown }).body),
    );
    await store.commit();
    context.status = 201;
    context.body = { token: { ...present(record), token } };
  });

  router.delete("/tokens/:id", async (context) => {
    const id = context.params.id ?? "";
    if (!tokens.remove(Number(id))) throw notFound("token", id);
    await store.commit();
    context.status = 204;
  });
}
