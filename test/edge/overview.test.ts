import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { root } from "../../config/load.ts";
import { slugOf } from "../../config/previews.ts";
import { renderOverviewRoutes } from "../../stacks/overview-routes.ts";
import { Browser, type Look } from "../support/browser.ts";
import { htpasswd } from "../support/htpasswd.ts";
import { linesOf, listPreviews, type MadeUpPreview } from "../support/made-up-previews.ts";
import { MadeUpVm } from "../support/made-up-vm.ts";
import { Edge } from "./edge.ts";

const host = "previews.stage.onebox.test";
const url = `http://${host}/`;
const screens: Look[] = [360, 1440].flatMap((width) => [
  { width, scheme: "light" as const },
  { width, scheme: "dark" as const },
]);
const pictures = join(import.meta.dirname, "screenshots"); // git ignores it
const checks = readFileSync(join(import.meta.dirname, "page-checks.js"), "utf8");
/** What page-checks.js finds. */
interface Seen {
  outside: string[];
  lowContrast: string[];
  title: string;
  text: string;
  names: string[];
  elements: string[];
  links: string[];
  /** Height of the lowest link, CSS pixels. */
  smallest: number;
  /** Colour behind all. */
  paper: string;
}
/** As people name branches, and as others would. */
const branches = {
  awake: ["main", "fix/login-throttle", "grüße/früh-🚀-日本語"],
  asleep: [
    "feature/".padEnd(200, "long-"),
    '"><script>document.title="run"</script><img src=x onerror=alert(1)>',
    '{{ env "PATH" }} `id` $(id) @url@ & \\n %3Cb%3E',
    "turned-\u202eround-\u0085and-others",
  ],
  coming: ["renovate/typescript"],
  going: ["</bdi></a><style>*{display:none}</style>"],
  gone: ["from-another-server"],
};
const all = Object.values(branches).flat();

const previews = Object.entries(branches)
  .flatMap(([state, names]) => names.map((branch) => ({ state, branch })))
  .map(({ state, branch }, index) => {
    const commit = String(index).padStart(2, "0").repeat(20);
    return { state, branch, commit, lines: linesOf(branch) };
  });

describe("the list of previews, in Traefik and in a browser", () => {
  const edge = new Edge();
  let browser: Browser;
  const routes = renderOverviewRoutes({
    ...{ host, https: false, certified: false, allow: [], proxies: [] },
    address: "http://@slug@.stage.onebox.test",
    template: readFileSync(join(root, "traefik/overview.html"), "utf8"),
  });

  /** Brings what a VM with these previews shows to Traefik. */
  async function show(list: MadeUpPreview[], users = ""): Promise<void> {
    const vm = new MadeUpVm();
    try {
      const file = await listPreviews(vm, routes, list, users);
      await edge.remove("previews.yml", "previews");
      await edge.place("previews.yml", file, "previews", "previews");
    } finally {
      vm.remove();
    }
  }

  before(async () => {
    await edge.start();
    browser = new Browser(edge.address);
  });
  after(async () => {
    await browser?.close();
    edge.stop();
  });

  /** Opens the page as a reader with this screen does, keeps a picture, and looks at what there is to see. */
  async function look(at: Look, picture: string): Promise<Seen> {
    await browser.open(url, at);
    mkdirSync(pictures, { recursive: true });
    const file = join(pictures, `${picture}-${at.width}-${at.scheme}.png`);
    writeFileSync(file, await browser.screenshot());
    const seen = (await browser.evaluate(checks)) as Seen;
    expect(seen.outside, "does not fit").to.deep.equal([]);
    expect(seen.lowContrast, "contrast under 4.5").to.deep.equal([]);
    expect(seen.paper).to.equal(at.scheme === "dark" ? "rgb(20, 22, 26)" : "rgb(244, 245, 247)");
    expect(browser.complaints).to.deep.equal([]);
    return seen;
  }

  for (const screen of screens) {
    it(`can be read at ${screen.width} px, ${screen.scheme}`, async () => {
      await show(previews);
      const { smallest } = await look(screen, "previews");
      expect(smallest, "a target for a finger, WCAG 2.5.8").to.be.at.least(24);
    });

    it(`says at ${screen.width} px, ${screen.scheme}, that there are none`, async () => {
      await show([]);
      const { text, links } = await look(screen, "none");
      expect(text).to.include("There are no previews");
      expect(links).to.deep.equal([]);
    });
  }

  it("shows what branches are called as text, the newest first, and runs nothing of it", async () => {
    await show(previews);
    const { names, title, elements } = await look({ width: 1440, scheme: "light" }, "previews");
    const readable = all.map((name) => name.replace("\u0085", "\u2026")); // HTML has no number for it
    expect(names).to.deep.equal(readable.reverse());
    expect(title).to.equal("Previews");
    const known = ["header", "h1", "p", "ul", "li", "h2", "a", "bdi", "dl", "dt", "dd", "code"];
    expect(elements).to.have.members([...known, "time"]);
  });

  it("leads to those that answer, and to nothing else", async () => {
    const { links } = await look({ width: 360, scheme: "dark" }, "previews");
    const answering = [...branches.awake, ...branches.asleep];
    const addresses = answering.map((name) => `http://${slugOf(name)}.stage.onebox.test/`);
    expect(links).to.deep.equal(addresses.reverse());
  });

  it("can be loaded, framed, indexed and kept by nobody, and runs nothing", async () => {
    const { status, headers } = await edge.ask("GET", { host });
    expect(status).to.equal(200);
    expect(headers).to.include({
      "content-type": "text/html; charset=utf-8",
      "x-robots-tag": "noindex",
      "cache-control": "no-store",
    });
    expect(headers["content-security-policy"]).to.match(
      /^default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-[^ ]+'$/,
    );
    expect((await edge.ask("GET", { host }, "/other")).status).to.equal(404);
    expect(edge.complaints()).to.deep.equal([]);
  });

  it("asks for a password where the previews do", async () => {
    await show(previews, htpasswd("ada", "lovelace").trim());
    expect((await edge.ask("GET", { host })).status).to.equal(401);
    const right = `Basic ${Buffer.from("ada:lovelace").toString("base64")}`;
    const { status, body } = await edge.ask("GET", { host, authorization: right });
    expect([status, body.includes("fix/login-throttle")]).to.deep.equal([200, true]);
  });
});
