import { expect } from "chai";
import { imageOf, layOver } from "../../../cli/image/contents.ts";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const layers = ["1", "2"].map((digit) => ({ digest: digest(digit), size: 5, platform: undefined }));
const manifest = { config: { digest: digest("0"), size: 1, platform: undefined }, layers };
const config = { os: "linux", architecture: "arm64" };

describe("an image", () => {
  it("has the steps of its layers, and none of those that made no layer", () => {
    const history = [
      { created_by: "COPY a" },
      { created_by: "ENV B=1", empty_layer: true },
      { comment: "buildkit" },
    ];
    const {
      layers,
      platform,
      digest: own,
    } = imageOf(digest("9"), manifest, { ...config, history });
    expect(layers.map(({ step }) => step)).to.deep.equal(["COPY a", "buildkit"]);
    expect([platform, own]).to.deep.equal(["linux/arm64", digest("9")]);
  });

  it("tells of no steps, runs as root and has no labels, unless it says more", () => {
    const bare = imageOf(digest("9"), manifest, { ...config, config: { User: "", Labels: null } });
    expect(bare).to.deep.include({ user: "root", labels: {} });
    expect(bare.layers.map(({ step }) => step)).to.deep.equal(["", ""]);
    const more = { User: "node", Labels: { a: "b" } };
    const full = imageOf(digest("9"), manifest, { ...config, config: more });
    expect(full).to.deep.include({ user: "node", labels: { a: "b" } });
  });
});

describe("the files of an image's layers", () => {
  const status = "var/lib/dpkg/status";
  const part = "var/lib/dpkg/status.d/base";
  /** What is left of layers, each with the paths of its entries; a file holds the number of its layer. */
  const left = (...layers: string[][]) => {
    const files = new Map<string, string>();
    for (const [number, paths] of layers.entries())
      layOver(
        files,
        paths.map((path) => ({ path, content: Buffer.from(`${number}`), isDirectory: false })),
      );
    return Object.fromEntries(files);
  };

  const cases: [string, string[][], Record<string, string>][] = [
    ["are the last one's", [[status], [status]], { [status]: "1" }],
    ["are only those that tell of packages", [[status, "etc/passwd"]], { [status]: "0" }],
    ["lack one that was removed", [[status, part], ["var/lib/dpkg/.wh.status"]], { [part]: "0" }],
    ["lack all of a directory that was removed", [[status, part], ["var/.wh.lib"]], {}],
    [
      "lack what was in a directory that was made anew",
      [
        [status, part],
        ["var/lib/dpkg/.wh..wh..opq", status],
      ],
      { [status]: "1" },
    ],
    [
      "hold what a layer adds, whatever it removes of others",
      [[status], [status, "var/lib/.wh.dpkg"]],
      { [status]: "1" },
    ],
    [
      "hold what is removed only by a similar name",
      [[status], ["var/lib/.wh.dpk", ".wh.v"]],
      { [status]: "0" },
    ],
  ];
  for (const [what, given, expected] of cases) {
    it(what, () => expect(left(...given)).to.deep.equal(expected));
  }
});
