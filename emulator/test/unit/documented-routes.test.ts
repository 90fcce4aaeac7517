import { readFileSync } from "node:fs";
import { expect } from "chai";
import { everyRoute, type Route } from "../../endpoints/routes.ts";
import { endpointTable, withTable } from "../../endpoints/table.ts";

const page = readFileSync(new URL("../../../docs/local-cloud.md", import.meta.url), "utf8");

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

  it("in docs/local-cloud.md is the one of the code: npm run endpoints -w emulator", () => {
    expect(plain(page)).to.equal(plain(withTable(page, endpointTable(everyRoute()))));
  });
});
