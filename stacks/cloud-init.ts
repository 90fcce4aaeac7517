/** What the VM is told at its first boot, in base64 or as a Terraform expression that yields it. */
interface FirstBoot {
  /** OpenSSH private key of the bootstrap host key, base64. */
  hostKey: string;
  /** Its certificate, signed by the CA for SSH host keys, base64. */
  hostCertificate: string;
  /** Images that it will need, in this order: it pulls them while its files are on their way. */
  images: readonly string[];
}

const sshd = `# Written by Onebox. The first value that sshd reads wins, so this file is named to be first.
HostKey /etc/ssh/onebox-bootstrap/host_key
HostCertificate /etc/ssh/onebox-bootstrap/host_key-cert.pub
HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com,ssh-ed25519
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
`;

// Containers come in through a bridge and pass PREROUTING; the VM's own requests do not. So this
// closes the metadata service, which hands user_data to anyone who asks, to containers only.
const rule = "PREROUTING -d 169.254.169.254/32 ! -i lo -j DROP";
const metadata = `[Unit]
Description=Keep containers away from the metadata service
DefaultDependencies=no
Before=docker.service network-pre.target
Wants=network-pre.target
After=local-fs.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'iptables -w -t raw -C ${rule} 2>/dev/null || iptables -w -t raw -I ${rule}'

[Install]
WantedBy=multi-user.target
`;

/**
 * Renders the server's user_data: cloud-config, which may be written as JSON. Hetzner takes at
 * most 32 KiB, and a change of it replaces the server, so it holds only what the first contact needs.
 */
export function cloudInit({ hostKey, hostCertificate, images }: FirstBoot): string {
  const pulls = images.map((image) => `docker pull -q ${image}`).join("; ");
  const config = {
    ssh_pwauth: false,
    disable_root: false,
    ssh_deletekeys: true,
    ssh_genkeytypes: ["ed25519"],
    write_files: [
      file("/etc/ssh/onebox-bootstrap/host_key", "0600", hostKey, "b64"),
      file("/etc/ssh/onebox-bootstrap/host_key-cert.pub", "0644", hostCertificate, "b64"),
      file("/etc/ssh/sshd_config.d/00-onebox.conf", "0644", sshd),
      file("/etc/systemd/system/onebox-metadata.service", "0644", metadata),
    ],
    runcmd: [
      ["systemctl", "enable", "--now", "onebox-metadata.service"],
      // In the background; nothing depends on it: what is missing later is pulled then.
      ["systemd-run", "--no-block", "--collect", "/bin/sh", "-c", pulls],
    ],
  };
  return `#cloud-config\n${JSON.stringify(config, null, 2)}\n`;
}

function file(path: string, permissions: string, content: string, encoding?: "b64") {
  return { path, permissions, owner: "root:root", content, ...(encoding && { encoding }) };
}
