import { readFileSync } from "node:fs";
import type { Middleware } from "koa";

const load = (name: string) => readFileSync(new URL(`page/${name}`, import.meta.url), "utf8");
const FILES: Record<string, { type: string; text: string }> = {
  "/": { type: "html", text: load("index.html") },
  "/status.css": { type: "css", text: load("status.css") },
  "/status.js": { type: "js", text: load("status.js") },
};

/** The status page. It holds nothing secret: what it shows it asks the control endpoint for. */
export const statusPage: Middleware = async (context, next) => {
  const file = FILES[context.path];
  if (file === undefined || context.method !== "GET") return next();
  context.set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'");
  context.set("Cache-Control", "no-cache");
  context.type = file.type;
  context.body = file.text;
};
