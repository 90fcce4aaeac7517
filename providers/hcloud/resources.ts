/**
 * The provider's resources that Onebox uses. To use another one, add its name (without `hcloud_`)
 * and run generate.sh.
 */
export const resources = [
  "ssh_key",
  "firewall",
  "primary_ip",
  "volume",
  "volume_attachment",
  "server",
  "zone",
  "zone_rrset",
] as const;
