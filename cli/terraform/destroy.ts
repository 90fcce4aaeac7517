import type { Step } from "../steps.ts";
import type { StackName, Terraform } from "./terraform.ts";

/** All of the server's stack but its volume; nothing else depends on that. */
const withoutData = [
  "null_resource.edge",
  "null_resource.first_contact",
  "hcloud_volume_attachment.data_attachment",
  "hcloud_server.server",
  "hcloud_primary_ip.ipv4",
  "hcloud_firewall.firewall",
  "hcloud_ssh_key.deploy_key",
];

/** Destroys the server and what surrounds it; its volume only with `data`. */
export async function destroyServer(
  terraform: Terraform,
  data: boolean,
  step: Step,
): Promise<void> {
  await terraform.init("server", step.output);
  const there = await terraform.resources("server");
  const guarded = ["hcloud_primary_ip.ipv4", ...(data ? ["hcloud_volume.data"] : [])];
  await liftProtection(
    terraform,
    "server",
    guarded.filter((address) => there.includes(address)),
    step,
  );
  await destroy(terraform, "server", data ? [] : withoutData, step);
}

/** Destroys the records; with `data` the zones too, and whatever others have put there. */
export async function destroyZones(terraform: Terraform, data: boolean, step: Step): Promise<void> {
  await terraform.init("dns", step.output);
  const there = await terraform.resources("dns");
  const ofType = (type: string) => there.filter((address) => address.startsWith(`${type}.`));
  if (data) {
    await liftProtection(terraform, "dns", ofType("hcloud_zone"), step);
    await destroy(terraform, "dns", [], step);
    return;
  }
  const records = ofType("hcloud_zone_rrset");
  if (records.length > 0) await destroy(terraform, "dns", records, step);
}

async function liftProtection(
  terraform: Terraform,
  stack: StackName,
  addresses: string[],
  { output, progress }: Step,
): Promise<void> {
  if (addresses.length === 0) return;
  progress("lifting the protection");
  const command = ["apply", "-auto-approve", "-no-color", "-var", "protected=false"];
  await terraform.run(stack, [...command, ...targets(addresses)], { output });
}

async function destroy(
  terraform: Terraform,
  stack: StackName,
  addresses: string[],
  { output, progress }: Step,
): Promise<void> {
  progress("terraform destroy");
  const command = ["destroy", "-auto-approve", "-no-color", "-var", "protected=false"];
  await terraform.run(stack, [...command, ...targets(addresses)], { output });
}

const targets = (addresses: string[]) => addresses.map((address) => `-target=${address}`);
