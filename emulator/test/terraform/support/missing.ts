/**
 * Types of the provider that are not tested because the API has no such resource any more, with the
 * path that says so. `resources.test.ts` asks it; what answers otherwise must be tested instead.
 */
export const MISSING: Record<string, string> = {
  hcloud_datacenter: "datacenters",
  hcloud_datacenters: "datacenters",
};
