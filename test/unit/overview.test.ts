import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { renderOverviewRoutes } from "../../stacks/overview-routes.ts";
import { synthesise } from "../support/synthesise.ts";

const template = join(root, "traefik/overview.html");
const routes = {
  ...{ host: "previews.stage.shop.test", https: false, certified: false, allow: [] },
  template: readFileSync(template, "utf8"),
};
type File = { http: { routers: Record<string, { rule: string; middlewares?: string[] }> } };

/** The file for Traefik of each way. */
function files(changes: Partial<Parameters<typeof renderOverviewRoutes>[0]>): File[] {
  const lines = renderOverviewRoutes({ ...routes, ...changes })
    .trim()
    .split("\n");
  expect(lines.map((line) => line.slice(0, line.indexOf(" ")))).to.deep.equal(["open", "users"]);
  return lines.map((line) => JSON.parse(line.slice(line.indexOf(" "))));
}

/** host/previews/overview's page of a line of host/previews/preview-list. */
function page(...fields: string[]): string {
  const input = `${fields.join("\t")}\n`;
  const run = spawnSync(join(root, "host/previews/overview"), ["--page", template], { input });
  expect(run.status, run.stderr.toString()).to.equal(0);
  return run.stdout.toString();
}

describe("the way to the list of previews", () => {
  it("asks first for address and password, as previews do", () => {
    const [open, users] = files({ allow: ["192.0.2.0/24"] });
    const names = (file?: File) => file?.http.routers.previews?.middlewares;
    expect(names(open)).to.deep.equal(["previews-answer", "previews-allow", "previews-page"]);
    expect(names(users)).to.deep.equal([
      ...["previews-answer", "previews-allow", "previews-users", "previews-page"],
    ]);
  });

  it("leads from HTTP to HTTPS, and has no certificate ordered beside the wildcard", () => {
    const [alone] = files({ https: true });
    const [wildcard] = files({ https: true, certified: true });
    expect(alone?.http.routers.previews?.rule).to.include("Host(`previews.stage.shop.test`) &&");
    expect(wildcard?.http.routers.previews?.rule).to.include("HostRegexp(`^previews");
    for (const file of [alone, wildcard])
      expect(file?.http.routers).to.include.keys("previews-https");
    expect(files({})[0]?.http.routers).not.to.include.keys("previews-https");
  });

  it("refuses a page with a template action, or with a style that no browser would take", () => {
    for (const template of ["<style></style>{{", "<p>", "<style></style><style></style>"]) {
      expect(() => renderOverviewRoutes({ ...routes, template })).to.throw(/overview\.html/);
    }
  });

  it("comes with the server while the configuration has previews, and only then", () => {
    const brought = (config: string) =>
      readFileSync(join(synthesise(config), "stacks/server/cdk.tf.json"), "utf8");
    expect(brought("onebox.config.ts")).to.include("traefik/overview.routes");
    expect(brought("test/fixtures/no-previews.config.ts")).not.to.include("overview.routes");
  });
});

describe("the list of previews", () => {
  it("is plain ASCII without anything that Traefik would run, whatever a branch is called", () => {
    const branch = encodeURIComponent('{{ env "PATH" }} \\ ü 🚀 \u0080 \ufeff \n <b>').replace(
      "'",
      "%27",
    );
    const text = page("slug", branch, "http://a.test", "abc", "awake", "1", "1795259200", "ada");
    expect(text)
      .to.match(/^[\n\x20-\x7e]+$/)
      .and.not.include("{{");
    expect(text).to.include("&#60;b&#62;").and.include("&#128640;");
  });

  it("takes a field that is no such thing for none", () => {
    const text = page("slug", "<b>", 'http://a.test/"onclick="x', "<i>", "<u>", "1", "soon", "ada");
    for (const part of ["<b>", "onclick", "<i>", "<u>", "soon", "href"]) {
      expect(text.slice(text.indexOf("<main>"))).not.to.include(part);
    }
  });

  it("has a preview whose files are not there yet, too", () => {
    const text = page("slug", "fix%2Fit", "://", "", "coming", "1795000000", "", "");
    expect(text).to.include("fix/it").and.include("Being put up").and.include("not known yet");
  });
});
