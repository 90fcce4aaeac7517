import { expect } from "chai";
import { targetsOf } from "../../../cli/release/targets.ts";

describe("the ports of an app", () => {
  const app = { port: 3000, protocol: "http" as const };
  const path = (text: string, port = 3001) => ({ path: text, port, protocol: "h2c" as const });

  it("are the main one on every path, of one host or of several", () => {
    const of = (...hosts: string[]) => targetsOf(hosts, app, []);
    expect(of("a.test")).to.deep.equal({
      app: { ...app, suffix: "", router: "", rule: "Host(`a.test`)" },
      others: [],
    });
    expect(of("a.test", "b.test").app.rule).to.equal("(Host(`a.test`) || Host(`b.test`))");
  });

  it("are others on their own paths, which end at a slash", () => {
    const { others } = targetsOf(["a.test", "b.test"], app, [path("/admin"), path("/ws", 3002)]);
    expect(others.map(({ suffix, router, protocol }) => [suffix, router, protocol])).to.deep.equal([
      ["-3001", "-path0", "h2c"],
      ["-3002", "-path1", "h2c"],
    ]);
    expect(others[0]?.rule).to.equal(
      "(Host(`a.test`) || Host(`b.test`)) && (Path(`/admin`) || PathPrefix(`/admin/`))",
    );
  });

  it("are asked for the longer path first, and all of them before the app's", () => {
    const { app: main, others } = targetsOf(["a.test"], app, [path("/a"), path("/a/b")]);
    const [short = 0, long = 0] = others.map(({ priority }) => priority);
    expect(long).to.be.above(short);
    // Traefik's own order is a rule's length.
    expect(short).to.be.above(main.rule.length);
  });
});
