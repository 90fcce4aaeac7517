import { createHash } from "node:crypto";
import type { Config } from "./config.ts";
import { Html, html } from "./html.ts";
import type { Link } from "./links.ts";
import { script } from "./page-script.ts";
import type { Problem } from "./problem.ts";

export interface FailedForm {
  problem: Problem;
  input: unknown;
}

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
dt, small { opacity: 0.75; }
dd { margin: 0; overflow-wrap: anywhere; }
form { display: grid; gap: 0.75rem; }
label { display: grid; }
input, button { font: inherit; padding: 0.4rem; }
button { justify-self: start; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.4rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
tr { border-bottom: 1px solid GrayText; }
.number { text-align: right; }
[role="alert"] { border: 2px solid; padding: 0.4rem 0.8rem; }
`;

const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The page runs its own script only, which talks to this server only, as does its form. */
export const contentSecurityPolicy = `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

const row = (link: Link) => html`
  <tr>
    <td><a href="/${link.slug}" rel="nofollow noreferrer">/${link.slug}</a></td>
    <td>${link.url}</td>
    <td class="number">${link.hits}</td>
  </tr>`;

const hiddenIf = (hidden: boolean) => new Html(hidden ? " hidden" : "");

const table = (links: Link[]) => html`<p id="none"${hiddenIf(links.length > 0)}>No links yet.</p>
<table${hiddenIf(links.length === 0)}>
  <thead><tr><th>Link</th><th>Leads to</th><th class="number">Hits</th></tr></thead>
  <tbody>${links.map(row)}</tbody>
</table>`;

const alert = ({ message, errors = [] }: Problem) => html`<div role="alert">
  <p>${message}</p>
  <ul>${errors.map((error) => html`<li>${error.field} ${error.message}</li>`)}</ul>
</div>`;

/** The whole page. */
export function renderPage(page: { config: Config; links: Link[]; failed?: FailedForm }): string {
  const { config, links, failed } = page;
  const typed = (failed?.input ?? {}) as { url?: unknown; slug?: unknown };
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Links · ${config.environment}</title>
<style>${new Html(style)}</style>
<h1>Links</h1>
<dl>
  <dt>Environment</dt><dd>${config.environment}</dd>
  <dt>Release</dt><dd>${config.release}</dd>
  <dt>Commit</dt><dd>${config.commit}</dd>
</dl>
<h2>Shorten a link</h2>
${failed && alert(failed.problem)}
<form method="post" action="/links">
  <label>URL <input type="url" name="url" required maxlength="2000" value="${typed.url}"></label>
  <label>Slug <input name="slug" maxlength="64" value="${typed.slug}">
    <small>Leave it empty to get a free one.</small></label>
  <button>Add</button>
</form>
<h2>Newest</h2>
${table(links)}
<script>${new Html(script)}</script>
</html>
`.text;
}
