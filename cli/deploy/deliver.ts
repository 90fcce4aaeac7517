import { basename } from "node:path";
import { packRelease } from "../release/archive.ts";
import type { Prepared } from "../release/prepare.ts";
import type { Access } from "../server.ts";
import type { Step } from "../steps.ts";
import { workOnStack } from "../terraform/apply.ts";
import { workOnVm } from "../vm/operate.ts";
import type { Vm } from "../vm/vm.ts";
import type { Order } from "./options.ts";

/** Brings the release's directory and runs the command, as Terraform would, but in one connection. */
export async function handOver(
  vm: Vm,
  { files }: Prepared,
  { environment, patience }: Pick<Order, "environment" | "patience">,
  step: Step,
): Promise<void> {
  const inbox = `/opt/onebox/inbox/${basename(files)}`;
  const take = `umask 077 && mkdir ${inbox} && tar -x --no-same-owner -C ${inbox}`;
  const operate = `/opt/onebox/bin/operate ${environment} release --from ${inbox} --wait ${patience}`;
  await workOnVm(vm, `${take} && exec ${operate}`, environment, step, {
    input: packRelease(files),
  });
}

/** Has Terraform bring the release, which looks at everything first. */
export async function applyRelease(
  { terraform, vm }: Access,
  { environment: stack, patience }: Order,
  step: Step,
): Promise<void> {
  step.progress("terraform apply");
  const replace = "-replace=null_resource.deployment";
  const command: [string, ...string[]] = ["apply", "-auto-approve", replace];
  await workOnStack(terraform, { stack, command, patience }, vm, step);
}
