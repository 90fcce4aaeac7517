import { coverage } from "./coverage.ts";
import { everyRoute } from "./routes.ts";
import { endpointTable } from "./table.ts";

export const STATUS_PAGE = new URL("../docs/status.md", import.meta.url);

/** Puts what is made from the code between a part's marks. */
function withPart(page: string, name: string, text: string): string {
  const begin = `<!-- ${name}: made by \`npm run endpoints\` -->`;
  const [from, to] = [page.indexOf(begin), page.indexOf(`<!-- ${name} end -->`)];
  if (from < 0 || to < from) throw new Error(`the page has no marks for ${name}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

/** The status page as the code has it now. */
export function statusPage(page: string): string {
  const routes = everyRoute();
  const withTable = withPart(page, "endpoints", endpointTable(routes));
  return withPart(withTable, "coverage", coverage(routes));
}
