import type Router from "@koa/router";
import { z } from "zod";
import type { Services, State } from "../app.ts";
import { Problem, validate } from "../problem.ts";
import { showPage } from "./page.ts";

const listed = 100;
const slugPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const reserved = new Set(["events", "healthz", "links", "live", "readyz", "version"]);

const newLink = z.strictObject({
  url: z
    .string("is required")
    .trim()
    .max(2000, "may have 2000 characters")
    .pipe(z.url({ protocol: /^https?$/, error: "must be an http or https URL" })),
  slug: z
    .string()
    .trim()
    .refine((slug) => slug === "" || slugPattern.test(slug), {
      error: "may have 64 letters, digits, - and _, beginning with a letter or digit",
    })
    .refine((slug) => !reserved.has(slug.toLowerCase()), { error: "is reserved" })
    .optional(), // empty as a form sends it: find one
});

/** Create, list and delete links; follow one. */
export function addLinkRoutes(router: Router<State>, services: Services): void {
  const { links } = services;

  router.get("/links", async (ctx) => {
    ctx.body = await links.list(listed);
  });

  router.post("/links", async (ctx) => {
    if (ctx.is("json", "urlencoded") === false) {
      throw new Problem(415, "Send application/json or application/x-www-form-urlencoded.");
    }
    const fromForm = Boolean(ctx.is("urlencoded"));
    try {
      const { url, slug } = validate(newLink, ctx.request.body);
      const link = await links.add(url, slug);
      if (!link)
        throw new Problem(409, "The slug is taken.", [{ field: "slug", message: "is taken" }]);
      ctx.set("Location", fromForm ? "/" : `/${link.slug}`);
      ctx.status = fromForm ? 303 : 201;
      ctx.body = link;
    } catch (error) {
      // A person gets the page back, with what they typed; a program gets the problem.
      const wantsPage = fromForm && ctx.accepts("json", "html") === "html";
      if (!(error instanceof Problem) || !wantsPage) throw error;
      ctx.status = error.status;
      await showPage(ctx, services, { problem: error, input: ctx.request.body });
    }
  });

  router.delete("/links/:slug", async (ctx) => {
    const { slug } = ctx.params;
    if (!slug || !slugPattern.test(slug) || !(await links.remove(slug))) {
      throw new Problem(404, "There is no such link.");
    }
    ctx.status = 204;
  });

  router.get("/:slug", async (ctx) => {
    const { slug } = ctx.params;
    if (!slug || !slugPattern.test(slug)) throw new Problem(404, "There is no such page.");
    // HEAD, which link checkers send, is not a visit.
    const url = await (ctx.method === "HEAD" ? links.find(slug) : links.visit(slug));
    if (!url) throw new Problem(404, "There is no such link.");
    ctx.redirect(url);
  });
}
