import { z } from "zod";
import type { EnvironmentName } from "../../config/schema.ts";
import { checkAnswer } from "../answer.ts";
import { ApiError, type CloudApi } from "../hcloud/api.ts";
import type { Step } from "../steps.ts";
import type { Vm } from "../vm/vm.ts";
import { workOnStack } from "./apply.ts";
import { state } from "./state.ts";
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

/** What Hetzner protects from deletion: Terraform's types, and their paths in the API. */
const guarded = {
  hcloud_primary_ip: "primary_ips",
  hcloud_volume: "volumes",
  hcloud_zone: "zones",
};
type Guarded = keyof typeof guarded;

/** A number at Hetzner, which Terraform's provider keeps as a text for some types. */
const identity = z.union([z.string().regex(/^\d+$/), z.int()]);

/** Where what is protected is asked to be so no more. */
type Api = Pick<CloudApi, "act">;

/** Destroys the server and what surrounds it; its volume only with `data`. @throws HeldError */
export async function destroyServer(
  terraform: Terraform,
  api: Api,
  data: boolean,
  step: Step,
): Promise<void> {
  await terraform.init("server", step.output);
  const types: Guarded[] = ["hcloud_primary_ip", ...(data ? (["hcloud_volume"] as const) : [])];
  await liftProtection(terraform, api, "server", types, step);
  await destroy(terraform, "server", data ? [] : withoutData, step);
}

/** Destroys the records; with `data` the zones too, and whatever others have put there. */
export async function destroyZones(
  terraform: Terraform,
  api: Api,
  data: boolean,
  step: Step,
): Promise<void> {
  await terraform.init("dns", step.output);
  if (data) {
    await liftProtection(terraform, api, "dns", ["hcloud_zone"], step);
    await destroy(terraform, "dns", [], step);
    return;
  }
  const there = await terraform.resources("dns");
  const records = there.filter((address) => address.startsWith("hcloud_zone_rrset."));
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

/** By the API: Terraform would first replace what the configuration wants elsewhere by now. */
async function liftProtection(
  terraform: Terraform,
  api: Api,
  stack: StackName,
  types: Guarded[],
  step: Step,
): Promise<void> {
  step.progress("lifting the protection");
  const pulled = (await terraform.pull(stack)) ?? { resources: [] };
  const { resources } = checkAnswer("Terraform's state", pulled, state);
  for (const type of types) {
    const instances = resources
      .filter((each) => each.type === type)
      .flatMap((each) => each.instances);
    for (const { attributes } of instances) {
      const id = checkAnswer("Terraform's state", attributes?.id, identity);
      await unprotect(api, `${guarded[type]}/${id}`);
    }
  }
}

async function unprotect(api: Api, path: string): Promise<void> {
  try {
    await api.act(`${path}/actions/change_protection`, { delete: false });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error; // somebody has deleted it
  }
}

async function destroy(
  terraform: Terraform,
  stack: StackName,
  addresses: string[],
  step: Step,
): Promise<void> {
  step.progress("terraform destroy");
  await work(terraform, stack, ["destroy", "-auto-approve", ...targets(addresses)], step);
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

const targets = (addresses: string[]) => addresses.map((address) => `-target=${address}`);
