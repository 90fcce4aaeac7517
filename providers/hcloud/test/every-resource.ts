import {
  firewall,
  primaryIp,
  server,
  sshKey,
  volume,
  volumeAttachment,
} from "@cdktf/provider-hcloud";
import { Fn, type TerraformStack } from "cdktf";

/** One of each resource, as a stack would use them. */
export function everyResource(stack: TerraformStack): void {
  const key = new sshKey.SshKey(stack, "key", { name: "deploy", publicKey: "ssh-ed25519 AAAA" });
  const wall = new firewall.Firewall(stack, "firewall", {
    name: "web",
    rule: [
      { direction: "in", protocol: "tcp", port: "443", sourceIps: ["0.0.0.0/0", "::/0"] },
      { direction: "in", protocol: "icmp", sourceIps: ["0.0.0.0/0", "::/0"] },
    ],
  });
  const address = new primaryIp.PrimaryIp(stack, "address", {
    name: "web",
    type: "ipv4",
    location: "fsn1",
    autoDelete: false,
    deleteProtection: true,
  });
  const data = new volume.Volume(stack, "data", {
    name: "data",
    size: 10,
    location: "fsn1",
    format: "ext4",
  });
  const machine = new server.Server(stack, "server", {
    name: "web",
    serverType: "cx23",
    image: "docker-ce",
    location: "fsn1",
    sshKeys: [key.id],
    firewallIds: [Fn.tonumber(wall.id)],
    publicNet: [{ ipv4Enabled: true, ipv4: Fn.tonumber(address.id), ipv6Enabled: false }],
  });
  new volumeAttachment.VolumeAttachment(stack, "attachment", {
    volumeId: Fn.tonumber(data.id),
    serverId: Fn.tonumber(machine.id),
    automount: true,
  });
}
