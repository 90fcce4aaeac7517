import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import type { Cloud } from "../config/cloud.ts";

/**
 * Gives a stack a state of its own, so that applying one can never change what another holds.
 *
 * @param name the configuration's name: two apps in one bucket or clone keep apart
 * @param workspaces whether it has several states, each in a workspace
 */
export function useState(
  stack: TerraformStack,
  cloud: Cloud,
  name: string,
  workspaces = false,
): void {
  const file = `${name}/${stack.node.id}.tfstate`;
  const { state } = cloud;
  if (state.kind === "local") {
    // Relative to the stack's directory, cdktf.out/stacks/<stack>: an absolute path would tie the
    // synthesised JSON to one machine.
    const directory = `../../../${state.directory}`;
    new LocalBackend(stack, {
      path: `${directory}/${file}`,
      ...(workspaces && { workspaceDir: `${directory}/${name}/${stack.node.id}` }),
    });
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
