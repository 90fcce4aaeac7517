import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { FailedError } from "../errors.ts";
import { lastLine } from "../last-line.ts";
import { isAlive } from "../left.ts";
import { poll } from "../poll.ts";
import { ProgramError } from "../processes.ts";
import type { Session } from "../session.ts";
import { csvLine } from "./csv.ts";
import { Docker } from "./docker.ts";
import { pinOf } from "./pins.ts";

/** Milliseconds that it has for its first answer. */
const PATIENCE = 20_000;
const address = z.string().regex(/^127\.0\.0\.1:\d+$/);

/**
 * Starts the registry on this computer, for the length of a run, and returns where it is. Images for a VM without a
 * repository get their digest there, and the VM reaches it through an SSH connection. Its data stay in .onebox/images.
 */
export async function startOwnRegistry(session: Session): Promise<string> {
  const docker = new Docker(session.processes, session.environment, session.secrets);
  await removeLeft(docker, session.root);
  const data = join(session.directory, "images");
  mkdirSync(data, { recursive: true });
  const container = await start(docker, session, data);
  session.onClose(async () => {
    await docker.run(["rm", "--force", container], { codes: "any" });
  });
  const [place = ""] = (await docker.ask(["port", container, "5000/tcp"])).split("\n");
  const found = address.parse(place);
  await waitFor(found, container);
  return found;
}

async function start(docker: Docker, { root }: Session, data: string): Promise<string> {
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const labels = [`onebox.images=${root}`, `onebox.pid=${process.pid}`];
  const mount = mountOption(data, "/var/lib/registry");
  try {
    return await docker.ask([
      ...["run", "--detach", "--rm", "--user", user, "--mount", mount],
      ...labels.flatMap((label) => ["--label", label]),
      ...["--publish", "127.0.0.1::5000", pinOf(root, "REGISTRY_IMAGE")],
    ]);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    const why = lastLine(error.finished.stderr);
    throw new FailedError(`the registry on this computer does not start: ${why}`, { cause: error });
  }
}

/** A path may hold colons, which --volume could not. */
export function mountOption(source: string, target: string): string {
  return csvLine("type=bind", `source=${source}`, `target=${target}`);
}

async function waitFor(place: string, container: string): Promise<void> {
  const answers = async () => {
    const signal = AbortSignal.timeout(3000);
    return (await fetch(`http://${place}/v2/`, { signal }).catch(() => undefined))?.ok ?? false;
  };
  if (await poll(answers, Boolean, { within: PATIENCE, pause: 100 })) return;
  throw new FailedError("the registry on this computer does not answer", {
    next: `docker logs ${container.slice(0, 12)}`,
  });
}

/** Removes those of runs of this clone that were killed. */
async function removeLeft(docker: Docker, root: string): Promise<void> {
  const filter = ["--filter", `label=onebox.images=${root}`];
  const format = ["--format", '{{.ID}} {{.Label "onebox.pid"}}'];
  const listed = await docker.ask(["ps", ...filter, ...format]);
  for (const line of listed.split("\n")) {
    const [id = "", pid = ""] = line.split(" ");
    if (id === "" || isAlive(Number(pid))) continue;
    await docker.run(["rm", "--force", id], { codes: "any" });
  }
}
