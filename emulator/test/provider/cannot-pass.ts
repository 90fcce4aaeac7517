const REGISTRY = "begins with an older provider, which Terraform fetches from its registry";
const AUGUST = "expects the assignee_type of before August 2026, server in place of unassigned";
const UPGRADE = "UpgradePluginFramework";

/** The provider's own tests that cannot pass, whatever the emulator does, and why. */
export const CANNOT_PASS: Record<string, string> = {
  TestAccServerResource_RemoveDatacenter: REGISTRY,
  TestAccPrimaryIPResource_RemoveDatacenter: REGISTRY,
  [`TestAccRDNSResource_Server_${UPGRADE}`]: REGISTRY,
  [`TestAccRDNSResource_PrimaryIP_${UPGRADE}`]: REGISTRY,
  [`TestAccRDNSResource_FloatingIP_${UPGRADE}`]: REGISTRY,
  [`TestAccRDNSResource_LoadBalancer_${UPGRADE}`]: REGISTRY,
  TestAccPrimaryIPDataSource: AUGUST,
  TestAccPrimaryIPDataSourceList: AUGUST,
  TestAccPrimaryIPResource: AUGUST,
  TestAccPrimaryIPResource_AssigneeIDRegression: AUGUST,
  TestAccPrimaryIPResource_WithServer: AUGUST,
  TestAccServerResource_PrivateNetworkBastion: "logs in to a server by SSH through another one",
  TestAccDatacenterDataSource: "asks for data centers, which the API has no more",
  TestAccDatacenterDataSourceList: "asks for data centers, which the API has no more",
  TestAccServerActions: "skips itself: it wants Terraform 1.14",
  TestAccCertificateResource_Managed: "skips itself: it wants a domain",
  TestAccNetworkSubnetResource_VSwitch: "skips itself: it wants a vSwitch",
  TestAccLoadBalancerTargetResource_IPTarget: "skips itself: it wants a dedicated server",
};
