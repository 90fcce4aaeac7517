import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { renderOverviewRoutes } from "../../stacks/overview-routes.ts";
import { linesOf, listPreviews, type MadeUpPreview } from "../support/made-up-previews.ts";
import { MadeUpVm } from "../support/made-up-vm.ts";
import { synthesise } from "../support/synthesise.ts";

const template = join(root, "traefik/overview.html");
const routes = {
  ...{ host: "previews.stage.shop.test", https: false, certified: false, allow: [], proxies: [] },
  address: "http://@slug@.stage.shop.test",
  template: readFileSync(template, "utf8"),
};
type File = { http: { routers: Record<string, { rule: string; middlewares?: string[] }> } };

/** The file for Traefik of each way. */
function files(changes: Partial<Parameters<typeof renderOverviewRoutes>[0]>): File[] {
  const lines = renderOverviewRoutes({ ...routes, ...changes })
    .split("\n")
    .slice(0, 2);
  expect(lines.map((line) => line.slice(0, line.indexOf(" ")))).to.deep.equal(["open", "users"]);
  return lines.map((line) => JSON.parse(line.slice(line.indexOf(" "))));
}

const commit = "0123456789abcdef0123456789abcdef01234567";

/** The page that a VM makes of one preview. */
async function page(preview: Partial<MadeUpPreview>): Promise<string> {
  const vm = new MadeUpVm();
  try {
    const { branch = "main" } = preview;
    const whole = { branch, state: "awake", commit, lines: linesOf(branch), ...preview };
    const text = await listPreviews(vm, renderOverviewRoutes(routes), [whole]);
    const { http } = JSON.parse(text.slice(text.indexOf("\n")));
    return http.middlewares["previews-page"].plugin.maintenance.html;
  } finally {
    vm.remove();
  }
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

  it("refuses a page with a template action, without its parts, or with a style that no browser would take", () => {
    for (const template of [
      routes.template.replace("</main>", "{{</main>"),
      routes.template.replace("<!-- each -->", ""),
      routes.template.replace(/<style>.*<\/style>/s, ""),
      routes.template.replace("</style>", "</style><style></style>"),
    ]) {
      expect(() => renderOverviewRoutes({ ...routes, template })).to.throw(/overview\.html/);
    }
  });

  it("comes with the server while the configuration has previews, and only then", () => {
    const brought = (config: string) =>
      readFileSync(join(synthesise(config), "stacks/server/cdk.tf.json"), "utf8");
    expect(brought("test/fixtures/shipped.config.ts")).to.include("traefik/overview.routes");
    expect(brought("test/fixtures/no-previews.config.ts")).not.to.include("overview.routes");
  });
});

describe("the list of previews", () => {
  it("is plain ASCII without anything that Traefik would run, whatever a branch is called", async () => {
    const branch = '{{ env "PATH" }} \\ ü 🚀 \u0080 \ufeff <b> & @commit@ $(id)';
    const text = await page({ branch });
    expect(text)
      .to.match(/^[\n\x20-\x7e]+$/)
      .and.not.include("{{");
    expect(text).to.include("&#60;b&#62;").and.include("&#128640;").and.include("&#64;commit&#64;");
    expect(text).to.include("<code>0123456</code>").and.include("21 Nov 2026, 11:06 UTC");
  });

  it("has a link to those that answer, and to no other", async () => {
    const link = /href="http:\/\/main\.stage\.shop\.test"/;
    for (const state of ["awake", "asleep"]) expect(await page({ state }), state).to.match(link);
    for (const state of ["coming", "going", "gone"]) {
      expect(await page({ state }), state).not.to.include("href=");
    }
  });

  it("takes a commit that is no such thing for none", async () => {
    const text = await page({ commit: "<i>" });
    expect(text).to.include("<code>not known yet</code>").and.not.include("<i>");
  });

  it("has one that was put up by a release key, whatever the branch is called", async () => {
    const vm = new MadeUpVm();
    try {
      vm.program(
        "lines",
        ["login/previewing"],
        'shift; overview_lines "$@"',
        "environment=preview-x",
      );
      const { output } = await vm.run("lines", ["feature/%C3%BC", "1795259200"]);
      const text = await page({ branch: "feature/ü", lines: output });
      expect(text).to.include("<bdi>feature/%C3%BC</bdi>").and.include("<time>21 Nov 2026, 11:06");
    } finally {
      vm.remove();
    }
  });

  it("is called by its slug, too, where what came with it is no part of a page", async () => {
    for (const lines of [
      'name "main"\nends "<time>soon</time>"\n',
      "name ma\\\nends <b>\n",
      "x\n",
    ]) {
      const text = await page({ branch: "fix/it", lines });
      expect(text)
        .to.match(/<bdi>fix-it-[0-9a-v]{16}<\/bdi>/)
        .and.include("<dd>not known yet</dd>");
    }
  });

  it("has a preview of an older Onebox, too, by its slug", async () => {
    const text = await page({ branch: "fix/it", lines: undefined });
    expect(text)
      .to.match(/<bdi>fix-it-[0-9a-v]{16}<\/bdi>/)
      .and.include("<dd>not known yet</dd>");
  });
});
