import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as hcloud from "@cdktf/provider-hcloud";
import { App, type TerraformResource, TerraformStack } from "cdktf";
import { assert } from "chai";
import generated from "../lib/generated.json" with { type: "json" };
import { resources } from "../resources.ts";
import { fingerprint, readSchema, source, version } from "../schema.ts";
import { terraform } from "../terraform.ts";
import { everyResource } from "./every-resource.ts";

type ResourceClass = new (scope: TerraformStack, id: string, config: object) => TerraformResource;

const toolchain = join(import.meta.dirname, "../../../toolchain");
const regenerate = "run providers/hcloud/generate.sh";

describe("the bindings of the hcloud provider", () => {
  let outdir: string;

  beforeEach(() => {
    outdir = mkdtempSync(join(tmpdir(), "onebox-hcloud-test-"));
  });

  afterEach(() => rmSync(outdir, { recursive: true, force: true }));

  /** Synthesises a stack with the provider; returns its directory and what was written there. */
  function synthesise(fill: (stack: TerraformStack) => void = () => {}) {
    const app = new App({ outdir });
    const stack = new TerraformStack(app, "hetzner");
    new hcloud.provider.HcloudProvider(stack, "hcloud");
    fill(stack);
    app.synth();
    const directory = join(outdir, "stacks", "hetzner");
    return { directory, json: JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8")) };
  }

  it("are of the version that the tool chain pins", () => {
    const read = (file: string) => readFileSync(join(toolchain, file), "utf8");
    const pin = /^HCLOUD_PROVIDER_VERSION=(.*)$/m.exec(read("versions.env"))?.[1];
    const built = /terraform-provider-hcloud v(\S+)/.exec(read("providers/go.mod"))?.[1];
    assert.equal(pin, version);
    assert.equal(built, version);
    assert.equal(generated.version, version, regenerate);
  });

  it("ask Terraform for exactly that version", () => {
    const { json } = synthesise();
    assert.deepEqual(json.terraform.required_providers, { hcloud: { source, version } });
  });

  it("are generated for the resources in the list", () => {
    assert.deepEqual(generated.resources, [...resources], regenerate);
  });

  for (const name of resources) {
    it(`export ${name}, which synthesises`, () => {
      const { namespace, className } = names(name);
      const exported: Record<string, object> = hcloud;
      const classes = exported[namespace] as Record<string, ResourceClass> | undefined;
      const Resource = classes?.[className];
      assert.exists(Resource, regenerate);
      const { json } = synthesise((stack) => new Resource(stack, "it", {}));
      assert.deepEqual(Object.keys(json.resource), [`hcloud_${name}`]);
    });
  }

  it("come from the schema that the provider itself prints", () => {
    assert.equal(fingerprint(readSchema()), generated.schemaSha256, regenerate);
  });

  it("yield a stack that Terraform finds valid", () => {
    const { directory } = synthesise(everyResource);
    terraform(directory, "init", "-backend=false", "-input=false", "-no-color");
    terraform(directory, "validate", "-no-color");
  });
});

function names(resource: string): { namespace: string; className: string } {
  const className = resource.replace(/(^|_)(.)/g, (_, __, letter) => letter.toUpperCase());
  return { namespace: className.charAt(0).toLowerCase() + className.slice(1), className };
}
