import type { Command } from "commander";
import { Job } from "../../ci/job.ts";
import { runningImages } from "../../ci/running.ts";
import { lookAtServer } from "../../server.ts";
import { type CommonOptions, type Invocation, withSession } from "../../session.ts";

const notes = `
Its output "images" is a list in JSON, and empty where there is no server. Exit codes: as of scripts/status.sh.`;

export function define(command: Command, invocation: Invocation): void {
  command.addHelpText("after", notes).action((options: CommonOptions) =>
    withSession(invocation, options, async (session) => {
      const { vm } = await lookAtServer(session);
      if (vm === undefined) return new Job(invocation).notice("there is no server yet");
      const { stdout } = await vm.run("docker ps --format '{{.Image}}'");
      new Job(invocation).output("images", JSON.stringify(runningImages(stdout)));
    }),
  );
}
