import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { pinOf } from "../../../cli/image/pins.ts";
import type { Processes } from "../../../cli/processes.ts";
import { checkSum, isListed } from "../../../cli/toolchain/checksums.ts";
import { digestOf, type Kit } from "../../../cli/toolchain/kit.ts";
import { checkProviders } from "../../../cli/toolchain/providers.ts";
import { downloadTerraform } from "../../../cli/toolchain/terraform.ts";
import { root } from "../../../config/load.ts";

/** Of "abc". */
const sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const step = { note: "", progress: () => {}, output: () => {} };

describe("what setup downloads", () => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "onebox-checksums-"));
    const pins = readFileSync(join(root, "toolchain/versions.env"), "utf8");
    put("toolchain/versions.env", pins);
  });
  afterEach(() => rmSync(place, { recursive: true }));

  function put(name: string, text: string): string {
    const file = join(place, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }
  const kit = (run: Processes["run"] = async () => ({ code: 0, stdout: "", stderr: "" })) =>
    ({
      ...{ root: place, cache: join(place, "cache"), system: { platform: "linux_amd64" } },
      processes: { run },
    }) as unknown as Kit;

  it("is one of the files that the repository lists by that name", () => {
    const file = put("a.zip", "abc");
    put("toolchain/checksums", `# one of two\n${"0".repeat(64)}  a.zip\n${sum}  a.zip\n`);
    checkSum(place, file, "a.zip");
    expect(() => checkSum(place, file, "b.zip")).to.throw(/does not list b\.zip/);
    expect(() => checkSum(place, put("a.zip", "abd"), "a.zip")).to.throw(/the checksum is a52d15/);
    expect(digestOf([put("a.zip", "abc")])).to.equal(sum.slice(0, 16));
  });

  it("is no other Terraform, though the place that it comes from gives a list with that", async () => {
    const version = pinOf(root, "TERRAFORM_VERSION");
    const zip = `terraform_${version}_linux_amd64.zip`;
    put("toolchain/checksums", `${"0".repeat(64)}  ${zip}\n`);
    const ran: string[] = [];
    const forged = kit(async (program, args) => {
      ran.push(program);
      const file = args[args.indexOf("-o") + 1] ?? "";
      writeFileSync(file, file.endsWith(".zip") ? "abc" : `${sum}  ${zip}\n`);
      return { code: 0, stdout: "", stderr: "" };
    });
    const failed = await downloadTerraform(forged, version, step).catch((error: Error) => error);
    expect(failed).to.be.instanceOf(Error);
    expect((failed as Error).message).to.include(`${zip}: the checksum is ${sum}`);
    expect(ran, "nothing is unpacked").to.deep.equal(["curl"]);
  });

  it("is no other provider, whoever has signed it", () => {
    const version = pinOf(root, "NULL_PROVIDER_VERSION");
    const name = `terraform-provider-null_${version}`;
    put(`mirror/registry.terraform.io/hashicorp/null/${name}_linux_amd64.zip`, "abc");
    put("toolchain/checksums", `${"0".repeat(64)}  ${name}\n${sum}  ${name}\n`);
    checkProviders(kit(), join(place, "mirror")); // none of hcloud's is listed
    put("toolchain/checksums", `${"0".repeat(64)}  ${name}\n`);
    expect(() => checkProviders(kit(), join(place, "mirror"))).to.throw(`${name}: the checksum is`);
    put("toolchain/checksums", `${sum}  terraform-provider-null_3.0.0\n`);
    expect(() => checkProviders(kit(), join(place, "mirror"))).to.throw(`does not list ${name}`);
  });

  it("is listed for the versions of now, Terraform for each platform", () => {
    const terraform = pinOf(root, "TERRAFORM_VERSION");
    for (const platform of ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"])
      expect(isListed(root, `terraform_${terraform}_${platform}.zip`), platform).to.equal(true);
    const provider = `terraform-provider-null_${pinOf(root, "NULL_PROVIDER_VERSION")}`;
    expect(isListed(root, provider)).to.equal(true);
  });
});
