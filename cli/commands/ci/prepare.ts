import type { Command } from "commander";
import { listensEverywhere } from "../../ci/sockets.ts";
import { RefusedError } from "../../errors.ts";
import { type CommonOptions, type Invocation, withSession } from "../../session.ts";

const notes = `
A service that holds port 22 on all addresses is stopped: the local cloud's servers have addresses of their own, and
need that port there. It is for runners only.`;

export function define(command: Command, invocation: Invocation): void {
  command.addHelpText("after", notes).action((options: CommonOptions) => {
    if (invocation.environment.GITHUB_ACTIONS !== "true") {
      const fix = "here stop what holds port 22 on all addresses yourself";
      throw new RefusedError(`this is for runners; ${fix}`);
    }
    return withSession(invocation, options, async ({ processes }) => {
      const { stdout } = await processes.run("ss", ["-Hltn", "sport = :22"]);
      if (!listensEverywhere(stdout, 22)) return;
      const stop = ["-n", "systemctl", "stop"];
      const both = [...stop, "ssh.socket", "ssh.service"];
      if ((await processes.run("sudo", both, { codes: "any" })).code === 0) return;
      await processes.run("sudo", [...stop, "ssh.service"]); // the socket is not there everywhere
    });
  });
}
