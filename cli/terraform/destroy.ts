import type { EnvironmentName } from "../../config/schema.ts";
import type { Step } from "../steps.ts";
import type { Vm } from "../vm/vm.ts";
import { workOnStack } from "./apply.ts";
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

/** Destroys the server and what surrounds it; its volume only with `data`. @throws HeldError */
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

/** Destroys an environment's part of Terraform's state. @throws HeldError */
export async function destroyRelease(
  terraform: Terraform,
  environment: EnvironmentName,
  vm: Vm | undefined,
  step: Step,
): Promise<void> {
  step.progress("terraform destroy");
  await work(terraform, environment, ["destroy", "-auto-approve"], step, vm);
}

async function liftProtection(
  terraform: Terraform,
  stack: StackName,
  addresses: string[],
  step: Step,
): Promise<void> {
  if (addresses.length === 0) return;
  step.progress("lifting the protection");
  await work(terraform, stack, ["apply", ...unprotected, ...targets(addresses)], step);
}

async function destroy(
  terraform: Terraform,
  stack: StackName,
  addresses: string[],
  step: Step,
): Promise<void> {
  step.progress("terraform destroy");
  await work(terraform, stack, ["destroy", ...unprotected, ...targets(addresses)], step);
}

async function work(
  terraform: Terraform,
  stack: StackName,
  command: [string, ...string[]],
  step: Step,
  vm?: Vm,
): Promise<void> {
  await workOnStack(terraform, { stack, command, patience: 0, waits: false }, vm, step);
}

const unprotected = ["-auto-approve", "-var", "protected=false"];
const targets = (addresses: string[]) => addresses.map((address) => `-target=${address}`);
