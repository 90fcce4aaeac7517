import { FailedError } from "../errors.ts";
import { CloudApi } from "../hcloud/api.ts";
import { askObjects, type Objects } from "../hcloud/objects.ts";
import type { Server } from "../hcloud/schema.ts";
import { poll } from "../poll.ts";
import type { Access } from "../server.ts";
import type { Session } from "../session.ts";
import type { Step } from "../steps.ts";
import { workOnStack } from "../terraform/apply.ts";
import { Vm } from "../vm/vm.ts";

/** Milliseconds that it has for shutting down. */
const SHUTDOWN = 60_000;

/** What has to be done so that the server can be reached; in this order. */
export type Deed = "stop" | "assign" | "start";

/** An address is assigned to a server that is off, so one that runs without its address is restarted. */
export function deedsFor({ server, address }: Objects): Deed[] {
  if (server === undefined) return [];
  const assign = address !== undefined && !address.assignee_id;
  const { status } = server;
  if (assign) return status === "off" ? ["assign", "start"] : ["stop", "assign", "start"];
  return status === "off" ? ["start"] : [];
}

/**
 * Gives the server its address back and starts it, where it lacks either, and waits until it answers.
 *
 * @returns what was done
 */
export async function makeReachable(
  session: Session,
  { project, terraform }: Pick<Access, "project" | "terraform">,
  step: Step,
): Promise<Deed[]> {
  const api = new CloudApi(project.cloud.endpoint, project.token);
  const ask = () => askObjects(api, project.config.name);
  if (deedsFor(await ask()).length === 0) return [];
  // Another deploy may just be changing it, with the state locked. Whoever gets the lock finds it as it stays.
  step.progress("waiting for nobody else to change the server");
  const work = { stack: "server", command: ["plan", "-refresh=false"], patience: 0 } as const;
  await workOnStack(terraform, { ...work, command: [...work.command] }, undefined, step);
  const objects = await ask();
  const { server, address } = objects;
  const deeds = deedsFor(objects);
  if (server === undefined || deeds.length === 0) return [];
  for (const deed of deeds) {
    step.progress(progress[deed]);
    step.output(`${progress[deed]} (server ${server.id})\n`);
    await carryOut(api, deed, objects);
  }
  if (address !== undefined) await untilAnswers(session, project, address.ip, step);
  return deeds;
}

/** Does one of these things, and waits until it is done. */
export async function carryOut(
  api: CloudApi,
  deed: Deed,
  { server, address }: Objects,
): Promise<void> {
  if (server === undefined) return;
  if (deed === "stop") await stop(api, server);
  if (deed === "start") await api.act(`servers/${server.id}/actions/poweron`);
  if (deed === "assign" && address !== undefined) {
    const assignee = { assignee_id: server.id, assignee_type: "server" };
    await api.act(`primary_ips/${address.id}/actions/assign`, assignee);
  }
}

/** By its own system, which ends the databases; one that does not listen is switched off. */
async function stop(api: CloudApi, { id, name }: Server): Promise<void> {
  await api.act(`servers/${id}/actions/shutdown`);
  const isOff = async () => (await api.list("servers", { name }))[0]?.status === "off";
  if (await poll(isOff, Boolean, { within: SHUTDOWN, pause: 1000 })) return;
  await api.act(`servers/${id}/actions/poweroff`);
}

const progress: Record<Deed, string> = {
  stop: "switching the server off",
  assign: "assigning its address",
  start: "starting the server",
};

/** Waits until a server that was started answers by SSH, or shows a host key that is not known. */
export async function untilAnswers(
  session: Session,
  { cloud }: Pick<Access["project"], "cloud">,
  address: string,
  step: Step,
): Promise<void> {
  step.progress("waiting until it answers");
  const vm = new Vm(address, session.secrets, session.processes);
  const answers = async () => {
    const { code, stderr } = await vm.run("true", { codes: "any" });
    return code === 0 || /host key|certificate/i.test(stderr); // then it answers, and others say what is wrong
  };
  if (await poll(answers, Boolean, { within: cloud.bootSeconds * 1000, pause: 1000 })) return;
  throw new FailedError(`the server at ${address} was started, but does not answer by SSH`, {
    next: "scripts/drift.sh says what is wrong with it",
  });
}
