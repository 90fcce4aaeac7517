/**
 * Types of the provider that are not tested because the API has no such resource here, with the
 * path that says so: not implemented, or gone from the real API too. `resources.test.ts` asks it;
 * what answers otherwise must be tested instead.
 */
export const MISSING: Record<string, string> = {
  hcloud_certificate: "certificates",
  hcloud_certificates: "certificates",
  hcloud_managed_certificate: "certificates",
  hcloud_uploaded_certificate: "certificates",
  hcloud_datacenter: "datacenters",
  hcloud_datacenters: "datacenters",
  hcloud_floating_ip: "floating_ips",
  hcloud_floating_ips: "floating_ips",
  hcloud_floating_ip_assignment: "floating_ips",
  hcloud_storage_box: "storage_boxes",
  hcloud_storage_boxes: "storage_boxes",
  hcloud_storage_box_snapshot: "storage_boxes",
  hcloud_storage_box_snapshots: "storage_boxes",
  hcloud_storage_box_subaccount: "storage_boxes",
  hcloud_storage_box_subaccounts: "storage_boxes",
  hcloud_storage_box_type: "storage_box_types",
  hcloud_storage_box_types: "storage_box_types",
};
