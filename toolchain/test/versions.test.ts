import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { root } from "./machine.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");
const tracked = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root })
  .toString()
  .split("\n")
  .filter((file) => existsSync(join(root, file)));

/** The value of a pin in toolchain/versions.env. */
function pin(name: string): string {
  const value = new RegExp(`^${name}=([^ #\n]+)`, "m").exec(read("toolchain/versions.env"))?.[1];
  assert.isString(value, `toolchain/versions.env has no ${name}`);
  return value as string;
}

describe("toolchain/versions.env", () => {
  const images = ["DEBIAN", "NODE", "POSTGRES", "TRAEFIK", "REGISTRY"].map((n) =>
    pin(`${n}_IMAGE`),
  );

  // The kinds of app name what their users would.
  const ours = tracked.filter((file) => !file.startsWith("test/fixtures/apps/"));
  for (const file of ours.filter((f) =>
    /(^|\/)(Dockerfile|[\w.-]*compose[\w.-]*\.ya?ml)$/.test(f),
  )) {
    it(`names the images as ${file} does`, () => {
      const named = [
        ...read(file).matchAll(
          /^\s*(?:FROM(?: --platform=\S+)?|image:|COPY --from=)\s*["']?([\w./-]+:[\w.-]+)/gm,
        ),
      ];
      for (const [, image = ""] of named) {
        const repository = image.split(":")[0];
        const pinned = images.find((name) => name.startsWith(`${repository}:`));
        if (pinned) assert.equal(image, pinned);
      }
    });
  }

  it("holds the versions that are built from Go modules and installed from PyPI", () => {
    const requires = (module: string, path: string, version: string, directory = "toolchain") =>
      assert.match(
        read(`${directory}/${module}/go.mod`),
        new RegExp(`^(require|\t)? ?${path.replaceAll(".", "\\.")} v${version}( |$)`, "m"),
      );
    requires(
      "providers",
      "github.com/hetznercloud/terraform-provider-hcloud",
      pin("HCLOUD_PROVIDER_VERSION"),
    );
    requires("actionlint", "github.com/rhysd/actionlint", pin("ACTIONLINT_VERSION"));
    assert.include(read("toolchain/zizmor/requirements.txt"), `zizmor==${pin("ZIZMOR_VERSION")} `);
    assert.include(
      read("toolchain/sslyze/requirements.txt").split("\n"),
      `sslyze==${pin("SSLYZE_VERSION")}`,
    );
    requires("opentofu", "github.com/opentofu/opentofu", pin("OPENTOFU_VERSION"));
    const clients = "emulator/test/clients";
    requires("go", "github.com/hetznercloud/hcloud-go/v2", pin("HCLOUD_GO_VERSION"), clients);
    assert.include(
      read(`${clients}/python/requirements.txt`).split("\n"),
      `hcloud==${pin("HCLOUD_PYTHON_VERSION")}`,
    );
    requires("versitygw", "github.com/versity/versitygw", pin("VERSITYGW_VERSION"));
    requires("buildkit", "github.com/moby/buildkit", pin("BUILDKIT_VERSION"));
    requires("buildkit", "github.com/docker/buildx", pin("BUILDX_VERSION"));
    requires("traefik", "github.com/traefik/traefik/v3", pin("TRAEFIK_IMAGE").split(":v")[1] ?? "");
  });

  it("has the Node that package.json has", () => {
    const { devDependencies } = JSON.parse(read("package.json"));
    assert.equal(pin("NODE_IMAGE"), `node:${devDependencies.node}-trixie-slim`);
  });
});
