import { expect } from "chai";
import {
  buildArguments,
  builderIn,
  contextOf,
  outputOf,
  pushedDigest,
} from "../../../cli/image/builder.ts";

const recipe = {
  ...{ directory: "/a b/tree", dockerfile: "server/Dockerfile", context: "." },
  ...{ target: undefined, args: {}, secrets: {} },
  ...{ commit: "c0ffee", epoch: 1, labels: ["one=1", "two=a b"] },
};

describe("the builder", () => {
  const drivers: [string | undefined, string][] = [
    ["Name:   default\nDriver: docker\n\nNodes:\nDriver: remote\n", "engine"],
    ["Name:          test\nDriver:        remote\n", "own"],
    ["Name: b\nDriver: docker-container\n", "own"],
    ["Driver: a-new-one\n", "engine"],
    ["ERROR: no builder\n", "legacy"],
    [undefined, "legacy"],
  ];
  for (const [inspected, kind] of drivers) {
    it(`is known by what buildx says: ${kind} for ${JSON.stringify(inspected)}`, () => {
      expect(builderIn(inspected)).to.equal(kind);
    });
  }

  it("gets the commit, its time and the labels", () => {
    const given = [
      ...["--file", "/a b/tree/server/Dockerfile"],
      ...["--build-arg", "COMMIT=c0ffee", "--build-arg", "SOURCE_DATE_EPOCH=1"],
    ];
    const labels = ["--label", "one=1", "--label", "two=a b"];
    expect(buildArguments("legacy", recipe)).to.deep.equal(["build", "--force-rm", ...given]);
    expect(buildArguments("engine", recipe)).to.deep.equal(["build", ...given, ...labels]);
    expect(buildArguments("own", recipe)).to.deep.equal([
      ...["buildx", "build", ...given, ...labels, "--provenance=false", "--sbom=false"],
    ]);
    expect(contextOf(recipe)).to.equal("/a b/tree/.");
  });

  it("gets the app's own stage, arguments and secrets, whatever is in their paths", () => {
    const more = {
      ...{ target: "runtime", args: { VERSION: "1 = $x", EMPTY: "" } },
      secrets: { NPM_TOKEN: '/tmp/a "b",c/NPM_TOKEN' },
    };
    expect(buildArguments("engine", { ...recipe, ...more, labels: [] })).to.deep.equal([
      ...["build", "--file", "/a b/tree/server/Dockerfile", "--target", "runtime"],
      ...["--build-arg", "COMMIT=c0ffee", "--build-arg", "SOURCE_DATE_EPOCH=1"],
      ...["--build-arg", "VERSION=1 = $x", "--build-arg", "EMPTY="],
      ...["--secret", 'id=NPM_TOKEN,"src=/tmp/a ""b"",c/NPM_TOKEN"'],
    ]);
  });

  it("of its own keeps what it has built, pushes it, or writes it into a file", () => {
    expect(outputOf("cache")).to.deep.equal(["--output", "type=cacheonly"]);
    const pushed = outputOf({ name: "a.test/b:c", metadata: "/m" });
    expect(pushed[1]).to.match(/^type=image,name=a\.test\/b:c,push=true,/);
    expect(pushed.slice(2)).to.deep.equal(["--metadata-file", "/m"]);
    expect(outputOf({ file: "/x/image" })[1]).to.match(/^type=oci,dest=\/x\/image,/);
  });

  it("of the engine's tells the digest that it has pushed", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const said = `The push refers to repository [a.test/b]\n5f70bf18a086: Pushed\nc: digest: ${digest} size: 1157\n`;
    expect(pushedDigest(said)).to.equal(digest);
    for (const other of [
      "",
      "c: digest: sha256:abc size: 1\n",
      `x c: digest: ${digest} size: $(id)`,
    ]) {
      expect(pushedDigest(other), other).to.equal(undefined);
    }
  });
});
