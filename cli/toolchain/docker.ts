import { userInfo } from "node:os";
import { RefusedError } from "../errors.ts";
import { poll } from "../poll.ts";
import type { Step } from "../steps.ts";
import type { Kit } from "./kit.ts";
import { asRoot } from "./system.ts";

const MANUAL = "https://docs.docker.com/engine/install/";
const ENGINE = "dockerd";
const LOG = "/var/log/dockerd.log";

/** How the engine answers; hindered: its client does not get as far, or is not understood. */
type State = "answers" | "forbidden" | "hindered" | "silent";

/** What Docker says when its user's settings are in the way, such as DOCKER_TLS_VERIFY without certificates. */
const hindered =
  /^(?:ERROR: )?((?:Failed to initialize|Error response from daemon): .*|DOCKER_\w+ environment variable .*)$/m;

async function stateOf(kit: Kit): Promise<State> {
  return (await askEngine(kit)).state;
}

/** How it answers, and why its client does not get as far. */
async function askEngine({ system, processes }: Kit): Promise<{ state: State; why?: string }> {
  if (system.find("docker") === undefined) return { state: "silent" };
  const { code, stdout, stderr } = await processes.run("docker", ["info"], { codes: "any" });
  if (code === 0) return { state: "answers" };
  if ((stdout + stderr).includes("permission denied")) return { state: "forbidden" };
  const [, why] = hindered.exec(stderr) ?? [];
  return why === undefined ? { state: "silent" } : { state: "hindered", why };
}

/** Whether an engine answers, and to this user. */
export async function dockerAnswers(kit: Kit): Promise<boolean> {
  return (await stateOf(kit)) === "answers";
}

/**
 * Whether client or engine must be installed. An engine elsewhere (a remote one, a mounted socket) needs none here, even
 * if it does not answer yet.
 */
export async function isDockerMissing(kit: Kit): Promise<boolean> {
  const { system, environment } = kit;
  if (system.name !== "Linux") return false;
  if (system.find("docker") === undefined) return true;
  if (environment.DOCKER_HOST || system.findAsRoot(ENGINE) !== undefined) return false;
  if ((await contextOf(kit)) !== undefined) return false;
  return (await stateOf(kit)) === "silent";
}

/** The context that its user has chosen for Docker, such as "rootless"; undefined: none, so the system's own engine. */
async function contextOf({ processes }: Kit): Promise<string | undefined> {
  const { code, stdout } = await processes.run("docker", ["context", "show"], { codes: "any" });
  const name = stdout.trim();
  return code === 0 && name !== "" && name !== "default" ? name : undefined;
}

/** Starts the installed engine. */
export async function provideDocker(kit: Kit, step: Step): Promise<void> {
  const { system, environment, processes } = kit;
  const { DOCKER_HOST } = environment;
  if (system.find("docker") === undefined) {
    throw new RefusedError(`Docker is missing; install it: ${MANUAL}`);
  }
  await refuseIfHeldOff(kit);
  if (DOCKER_HOST) throw new RefusedError(`no Docker engine answers at DOCKER_HOST=${DOCKER_HOST}`);
  if (system.name === "Darwin") {
    throw new RefusedError("Docker is not running; run: open -a Docker");
  }
  const context = await contextOf(kit);
  if (context !== undefined) {
    throw new RefusedError(
      `no Docker engine answers in the context "${context}"; start it, or run: docker context use default`,
    );
  }
  const engine = system.findAsRoot(ENGINE);
  if (engine === undefined) {
    throw new RefusedError(`no Docker engine is installed; install it: ${MANUAL}`);
  }
  step.progress("starting the engine");
  await startEngine(kit, engine, step);
  const version = ["version", "--format", "{{.Server.Version}}"];
  step.note = `engine ${(await processes.run("docker", version)).stdout.trim()}`;
}

async function refuseIfHeldOff(kit: Kit): Promise<void> {
  const { state, why } = await askEngine(kit);
  if (state === "hindered") {
    const set = Object.keys(kit.environment).filter((name) => name.startsWith("DOCKER_"));
    const names = set.length > 0 ? `; it gets ${set.join(", ")}` : "";
    throw new RefusedError(`docker info fails: ${why}${names}`);
  }
  if (state !== "forbidden") return;
  const user = (await kit.processes.run("id", ["-un"])).stdout.trim() || userInfo().username;
  throw new RefusedError(
    `your user may not talk to Docker; run: sudo usermod -aG docker ${user}, then log in again`,
  );
}

/** By the system's own means if they work, else by hand. */
async function startEngine(kit: Kit, engine: string, { output }: Step): Promise<void> {
  const { system, processes } = kit;
  const command = system.hasSystemd
    ? ["systemctl", "start", "docker"]
    : ["service", "docker", "start"];
  const how = `sudo ${command.join(" ")}`;
  if (!system.mayBecomeRoot) {
    throw new RefusedError(`the Docker engine is not running; run: ${how}`);
  }
  await processes.run(...asRoot(system, command), { output, codes: "any" });
  let log = "journalctl -u docker";
  // The init script of some Debian releases fails where limits can't be raised: then by hand.
  if (!system.hasSystemd && (await waitFor(kit, 3)) === "silent") {
    await startByHand(kit, engine);
    log = LOG;
  }
  if ((await waitFor(kit, 60)) === "answers") return;
  await refuseIfHeldOff(kit);
  throw new RefusedError(`the Docker engine does not start; see why: ${how}, and ${log}`);
}

/** In a session of its own, so that it outlives this run, its terminal and its Ctrl-C. */
async function startByHand({ system, processes }: Kit, engine: string): Promise<void> {
  const script = 'PATH=$PATH:/usr/sbin:/sbin exec setsid "$0" >>"$1" 2>&1 </dev/null &';
  await processes.run(...asRoot(system, ["sh", "-c", script, engine, LOG]));
}

/** Waits until the engine answers, or says that it will not to us. */
function waitFor(kit: Kit, seconds: number): Promise<State> {
  return poll(
    () => stateOf(kit),
    (state) => state !== "silent",
    {
      within: seconds * 1000,
      pause: 300,
    },
  );
}
