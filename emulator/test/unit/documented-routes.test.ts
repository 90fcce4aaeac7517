import { readFileSync } from "node:fs";
import { expect } from "chai";
import { coverage, publishedOperations } from "../../endpoints/coverage.ts";
import { STATUS_PAGE, statusPage } from "../../endpoints/page.ts";
import { everyRoute, type Route } from "../../endpoints/routes.ts";
import { endpointTable } from "../../endpoints/table.ts";

const page = readFileSync(STATUS_PAGE, "utf8");

/** A table without the spaces that make its columns even. */
const plain = (text: string) => text.replace(/ +\|/g, " |").replace(/-{3,}/g, "---");

describe("the table of endpoints", () => {
  const routes = (...lines: string[]): Route[] =>
    lines.map((line) => {
      const [method = "", path = ""] = line.split(" ");
      return { method, path };
    });

  it("has a row for each kind of resource, and one for collections within it", () => {
    const table = endpointTable(
      routes(
        "GET /actions",
        "GET /actions/:action",
        "GET /zones/:id/actions",
        "POST /zones",
        "GET /zones",
        "GET /zones/:id",
        "POST /zones/:id/actions/change_ttl",
        "GET /zones/:id/zonefile",
        "GET /zones/:id/rrsets",
        "DELETE /zones/:id/rrsets/:name/:type",
        "POST /zones/:id/rrsets/:name/:type/actions/set_records",
        "GET /networks/:id/members",
      ),
    );
    expect(table.split("\n").slice(2)).to.deep.equal([
      "| actions | read, list |",
      "| zones | create, read, list; change_ttl; zonefile |",
      "| rrsets of zones | list, delete; set_records |",
      "| networks | members |",
      "| actions of | zones |",
    ]);
  });

  it("names what Hetzner publishes and is not answered here, and what is answered besides", () => {
    const routes = everyRoute().filter(({ path }) => path !== "/pricing");
    const text = coverage([...routes, { method: "GET", path: "/quotas/:id" }]);
    const { length } = publishedOperations().operations;
    expect(text)
      .to.contain(`${length} operations`)
      .and.contain(` ${length - 1} are answered`);
    expect(text).to.contain("Not implemented: `GET /pricing`.").and.contain("`GET /quotas/{}`");
  });

  it("on the status page is the one of the code: npm run endpoints -w emulator", () => {
    expect(plain(page)).to.equal(plain(statusPage(page)));
  });
});
