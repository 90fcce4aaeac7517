import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { cloudAsKnown, type OpenCloud } from "./cloud.ts";
import { cacheDirectory } from "./environment.ts";
import type { Project } from "./project.ts";
import type { Unlocked } from "./secrets/unlocked.ts";
import type { Access, ServerFacts } from "./server.ts";
import type { Session } from "./session.ts";
import { isSynthesised } from "./synth.ts";
import { Terraform } from "./terraform/terraform.ts";
import { Vm } from "./vm/vm.ts";

/** Begins to ask where the server is, beside other work, where that depends on nothing that is still to be made. */
export async function findEarly(
  session: Session,
  project: Project,
  unlocked: Unlocked,
): Promise<Access | undefined> {
  try {
    const known = cloudAsKnown(session, project, unlocked.deploy);
    if (!isSynthesised(known, session.root)) return undefined;
    return await findServer(session, known, unlocked);
  } catch {
    return undefined; // then it is asked again, and what is wrong is said
  }
}

/** Opens the way to the server, and finds out where it is. */
export async function findServer(
  session: Session,
  open: OpenCloud,
  unlocked: Unlocked,
): Promise<Access> {
  const { root, directory, environment, processes, secrets } = session;
  const { deploy, keys } = unlocked;
  const terraform = new Terraform(
    {
      ...{ root, directory, secrets },
      bootSeconds: open.cloud.bootSeconds,
      cache: cacheDirectory(environment),
      name: `${open.config.cloud}-${open.config.name}`,
      token: (stack) => (stack === "dns" ? open.zonesToken : open.token),
      stateAccessKey: deploy.stateAccessKey,
      stateSecretKey: deploy.stateSecretKey,
    },
    processes,
  );
  const tokenHash = readFileSync(join(secrets, "dns_token_hash"), "utf8").trim();
  Object.assign(terraform.variables, {
    deploy_key_file: join(secrets, "deploy_key"),
    deploy_public_key: keys.deploy,
    host_ca: keys.hostCa,
    dns_token_file: join(secrets, "dns_token"),
    dns_token_hash: tokenHash,
    definition: terraform.definition("server", keys.deploy, keys.hostCa, tokenHash),
  });
  return { project: open, terraform, ...(await locate(session, terraform)) };
}

/** Where the server is now, and the way there. */
export async function locate(
  session: Session,
  terraform: Terraform,
): Promise<Pick<Access, "vm" | "server">> {
  const { processes, secrets, log } = session;
  const server = await askServer(terraform, (text) => log.write(text));
  const vm = server.address === "" ? undefined : new Vm(server.address, secrets, processes);
  if (vm !== undefined) session.onClose(() => vm.close());
  return { vm, server };
}

const address = z.union([z.ipv4(), z.literal("")]).catch("");
const facts = z.object({
  id: z.string().regex(/^\d+$/).catch(""),
  address,
  address6: z.union([z.ipv6(), z.literal("")]).catch(""),
  applied: z
    .string()
    .regex(/^[0-9a-f]*$/)
    .catch(""),
});

/** Asks the server's stack where the server is, and tells the other stacks. */
export async function askServer(
  terraform: Pick<Terraform, "outputs" | "variables">,
  output: (text: string) => void,
): Promise<ServerFacts> {
  const found = facts.parse(await terraform.outputs("server", output));
  Object.assign(terraform.variables, { address: found.address, address6: found.address6 });
  return found;
}
