import { Fn, type SSHProvisionerConnection, type TerraformStack, TerraformVariable } from "cdktf";

/**
 * The SSH connection of a stack's provisioners.
 *
 * The deploy key comes as a file's path, so that neither plan nor state can hold it. `hostKey` is
 * the public key of the CA that signs the VM's host keys: a host that cannot show
 * a certificate of it is refused before anything is sent.
 *
 * @param subject names the script there: two at once must not run each other's
 */
export function connectionTo(
  stack: TerraformStack,
  address: string,
  subject: string,
): SSHProvisionerConnection {
  const keyFile = new TerraformVariable(stack, "deploy_key_file", {
    type: "string",
    description: "Path of the private SSH key, mode 0600",
  });
  const hostCa = new TerraformVariable(stack, "host_ca", {
    type: "string",
    description: "Public key of the CA for SSH host keys",
  });
  return {
    type: "ssh",
    host: address,
    user: "root",
    privateKey: Fn.file(keyFile.stringValue),
    hostKey: hostCa.stringValue,
    agent: "false",
    timeout: "20s",
    // /root is 0700; Terraform would leave its script in /tmp, readable and writable by everyone.
    scriptPath: `/root/.onebox-${subject}.sh`,
  };
}
