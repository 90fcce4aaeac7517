import type Router from "@koa/router";
import type { Context } from "koa";
import type { Services, State } from "../app.ts";
import { contentSecurityPolicy, type FailedForm, renderPage } from "../page.ts";

/** Answers with the page; `failed` is the form that could not be accepted. */
export async function showPage(
  ctx: Pick<Context, "set" | "type" | "body">,
  { config, links }: Services,
  failed?: FailedForm,
): Promise<void> {
  ctx.set("Content-Security-Policy", contentSecurityPolicy);
  ctx.set("Referrer-Policy", "no-referrer");
  ctx.type = "html";
  ctx.body = renderPage({ config, links: await links.list(50), failed });
}

export function addPageRoutes(router: Router<State>, services: Services): void {
  router.get("/", (ctx) => showPage(ctx, services));
}
