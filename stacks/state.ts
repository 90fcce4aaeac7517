import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import type { Cloud } from "../config/cloud.ts";

/**
 * Gives a stack a state of its own, so that applying one can never change what another holds.
 *
 * @param name the configuration's name: two apps in one bucket or clone keep apart
 */
export function useState(stack: TerraformStack, cloud: Cloud, name: string): void {
  const file = `${name}/${stack.node.id}.tfstate`;
  const { state } = cloud;
  if (state.kind === "local") {
    // Relative to the stack's directory, cdktf.out/stacks/<stack>: an absolute path would tie the
    // synthesised JSON to one machine.
    new LocalBackend(stack, { path: `../../../${state.directory}/${file}` });
    return;
  }
  new S3Backend(stack, {
    bucket: state.bucket,
    key: file,
    region: state.region,
    endpoints: { s3: state.endpoint },
    // Object Storage speaks S3 but is not AWS: Terraform must not ask AWS about account or region.
    skipCredentialsValidation: true,
    skipMetadataApiCheck: true,
    skipRegionValidation: true,
    skipRequestingAccountId: true,
    skipS3Checksum: true,
    usePathStyle: true,
  }).addOverride("use_lockfile", true);
}
