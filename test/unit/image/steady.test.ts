import { expect } from "chai";
import { steadyConfig, steadyImage } from "../../../cli/image/steady.ts";

const step = (CreatedBy: string, Size = "0") => ({ CreatedBy, Comment: "", Size });

describe("an image's configuration, written anew", () => {
  const image = (container: string) => ({
    Id: `sha256:${container}`,
    Created: new Date().toISOString(),
    Architecture: "amd64",
    Os: "linux",
    Config: {
      User: "node",
      Labels: { title: "app", revision: "none" },
      Image: `sha256:${container}`,
      Hostname: container,
    },
    RootFS: { Layers: ["sha256:base", "sha256:code", "sha256:empty"] },
  });
  const history = [
    step('/bin/sh -c #(nop)  CMD ["node"]'),
    step("/bin/sh -c #(nop) COPY dir:0 in / "),
    step("/bin/sh -c #(nop) COPY dir:1 in / ", "53700"),
    step("/bin/sh -c #(nop)  USER node"),
    step("", "84700000"),
  ];

  it("is the same for two builds, at the given time", () => {
    const [first, second] = ["one", "two"].map((name) => steadyConfig(image(name), history, 0));
    expect(first).to.deep.equal(second);
    expect(first).to.deep.include({
      created: "1970-01-01T00:00:00Z",
      config: { User: "node", Labels: { title: "app", revision: "none" } },
      rootfs: { type: "layers", diff_ids: ["sha256:base", "sha256:code", "sha256:empty"] },
    });
  });

  it("gets the given labels beside the Dockerfile's", () => {
    const labels = ["revision=abc", "query=a=b", "none="];
    const { config } = steadyConfig(image("one"), history, 0, labels) as {
      config: { Labels: Record<string, string> };
    };
    expect(config.Labels).to.deep.equal({ title: "app", revision: "abc", query: "a=b", none: "" });
  });

  it("tells of each layer which step made it, an empty one included", () => {
    const { history: told } = steadyConfig(image("one"), history, 0) as {
      history: { created_by?: string; empty_layer?: boolean }[];
    };
    expect(told.map(({ empty_layer: empty }) => empty ?? false)).to.deep.equal([
      false,
      true,
      false,
      false,
      true,
    ]);
    expect(told[2]?.created_by).to.include("COPY dir:1");
  });

  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  const inspected = {
    ...{ ...image("one"), Id: digest("a"), Created: "1970-01-01T00:00:05Z" },
    RootFS: { Type: "layers", Layers: [digest("b")] },
  };
  const lines = JSON.stringify(step("COPY a b", "5"));
  const origin = (epoch: number) => ({ epoch, labels: ["one=1"] });

  it("is an archive for the engine, which has the layers", () => {
    const { id, files } = steadyImage(JSON.stringify([inspected]), `${lines}\n`, origin(0));
    const file = `${id.replace("sha256:", "")}.json`;
    expect(Object.keys(files)).to.deep.equal([file, "manifest.json"]);
    expect(JSON.parse(files["manifest.json"] ?? "")).to.deep.equal([
      { Config: file, RepoTags: null, Layers: [`${"b".repeat(64)}/layer.tar`] },
    ]);
    expect(JSON.parse(files[file] ?? "").config.Labels).to.include({ one: "1" });
  });

  it("stays what it is when the builder has kept to the commit's time", () => {
    const steady = steadyImage(JSON.stringify([inspected]), lines, origin(5));
    expect(steady).to.deep.equal({ id: digest("a"), files: {} });
  });

  it("is not taken from an engine that answers otherwise", () => {
    const wrong = [
      [],
      [{ ...inspected, Id: "$(id)" }],
      [{ ...inspected, Config: { Labels: { a: 1 } } }],
      [{ ...inspected, RootFS: { Layers: ["../../etc/passwd"] } }],
    ];
    for (const answer of wrong) {
      const text = JSON.stringify(answer);
      expect(() => steadyImage(text, lines, origin(0)), text).to.throw();
    }
  });
});
