import { expect } from "chai";
import { plainApp } from "../support/limits.ts";
import { Edge } from "./edge.ts";
import { filesOf } from "./release.ts";

const release = "000000000000-0000";

describe("several hosts and paths, in Traefik", () => {
  const edge = new Edge();
  const hosts = {
    own: edge.host,
    all: [edge.host, "shop.onebox.test"],
    redirects: ["www.onebox.test", "old.example.org"],
  };

  /** A line of a release; `known` tells whether it knows of paths. */
  function line(name: string, known = true): string {
    const { protocol } = plainApp;
    const paths = [
      { path: "/admin", port: 3001, protocol },
      { path: "/admin/main", port: 3000, protocol },
    ];
    return filesOf(edge, { hosts, release, ...(known && { paths }) })(name);
  }
  const ask = (host: string, path: string, method = "GET") => edge.ask(method, { host }, path);

  before(async () => {
    await edge.start();
    // Both slots' own files are of a release that knew of no paths.
    await edge.place("stage.blue.yml", line("slot.blue", false), "api", "api@internal");
    await edge.place("stage.green.yml", line("slot.green", false), "api", "api@internal");
  });
  after(() => edge.stop());

  for (const [way, service, first, second] of [
    ["route.blue", "blue", "blue", "blue"],
    ["route.green", "green", "green", "green"],
    ["watch.green", "blue", "green", "blue"],
    ["watch.blue", "green", "blue", "green"],
    ["canary.green", "canary", "", ""],
    ["canary-sticky.blue", "canary", "", ""],
  ] as const) {
    describe(way, () => {
      before(async () => {
        await edge.remove("stage.yml", "stage");
        await edge.place("stage.yml", line(way), "stage", `stage-${service}`);
      });

      /** Where a read, or a write, is to end: the slot, or either of them in a canary. */
      const slot = (name: string, port = "") =>
        new RegExp(name === "" ? `^(blue|green)${port}$` : `^${name}${port}$`);

      for (const host of hosts.all) {
        it(`leads ${host} to the app, and a path to its other port`, async () => {
          expect((await ask(host, "/")).slot).to.match(slot(first));
          expect((await ask(host, "/", "POST")).slot).to.match(slot(second));
          for (const path of ["/admin", "/admin/", "/admin/x?y=z"]) {
            const { slot: read, headers } = await ask(host, path);
            expect(read, path).to.match(slot(first, ":3001"));
            expect(headers["x-onebox-release"]).to.equal(release);
            expect((await ask(host, path, "POST")).slot, path).to.match(slot(second, ":3001"));
          }
        });

        it(`leads ${host}'s longer path past the shorter, and a longer word past both`, async () => {
          for (const path of ["/admin/main", "/admin/main/x", "/administrator", "/Admin"]) {
            expect((await ask(host, path)).slot, path).to.match(slot(first));
            expect((await ask(host, path, "POST")).slot, path).to.match(slot(second));
          }
        });
      }

      it("leads the other hosts to the own one for good, with path and query", async () => {
        for (const host of [...hosts.redirects, "WWW.onebox.test", "www.onebox.test:80"]) {
          for (const path of ["/", "/a/b?c=d&e=%2F", "/?q=http://x.test/", "/admin", "//x.test/"]) {
            const { status, slot: reached, headers } = await ask(host, path);
            expect({ status, reached }, host + path).to.deep.equal({ status: 301, reached: "" });
            expect(headers.location).to.equal(`http://${edge.host}${path}`);
          }
          const { status, headers } = await ask(host, "/a?b", "POST");
          expect(status).to.equal(308); // a client repeats the method, and its body, after this one only
          expect(headers.location).to.equal(`http://${edge.host}/a?b`);
        }
      });

      it("answers no other host, and is taken without a complaint", async () => {
        expect((await ask("prod.onebox.test", "/")).status).to.equal(404);
        const broken = (await edge.routers()).filter(({ status }) => status !== "enabled");
        expect(broken).to.deep.equal([]);
        expect(edge.complaints()).to.deep.equal([]);
      });
    });
  }
});
