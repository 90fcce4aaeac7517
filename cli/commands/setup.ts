import type { Command } from "commander";
import { RefusedError } from "../errors.ts";
import { takeVerbose } from "../options.ts";
import { type CommonOptions, type Invocation, withSession } from "../session.ts";
import { setUpTools } from "../toolchain/provide.ts";

const clouds = ["app", "local", "hetzner"] as const;
type Cloud = (typeof clouds)[number];

const notes = `
  app         only what npm run dev needs
  local       also the images of the local cloud (Linux only)
  hetzner     what a deploy to Hetzner needs
              neither: as onebox.config.ts says

What is there is used; else it comes from its official source; else it is built from packages, once, and kept
in the user's cache directory. Exit codes: 0 all is there; 1 a download or build failed; 2 it can't be done from
here, with the command to run. It can be interrupted and run again at any time; docs/toolchain.md says the rest.`;

export function define(command: Command, invocation: Invocation): void {
  takeVerbose(
    command
      .usage("[app|local|hetzner] [options]")
      .argument("[cloud...]", clouds.join(", "))
      .option(
        "--tests",
        "also provide what scripts/test.sh calls: linters, clients of the Hetzner Cloud API, sslyze",
      )
      .option(
        "--arm",
        "also provide what servers for ARM need: scripts/cloud.sh start --driver qemu",
      ),
    "the programs'",
  )
    .addHelpText("after", notes)
    .action((words: string[], options: CommonOptions & { tests?: boolean; arm?: boolean }) => {
      const cloud = parseCloud(words);
      if (cloud === "app" && options.tests)
        throw new RefusedError("--tests does not belong to app: say local or hetzner, or neither");
      if (options.arm && cloud !== "local")
        throw new RefusedError("--arm belongs to the local cloud: say setup.sh local --arm");
      if (cloud === "app") return; // the script has brought it
      return withSession(invocation, options, async (session) => {
        const { tests = false, arm = false } = options;
        await setUpTools(
          session,
          { cloud, tests, arm },
          Boolean(session.environment.ONEBOX_QUIET_SETUP),
        );
      });
    });
}

/** Checks which cloud is meant; undefined: the one that is configured. */
export function parseCloud(words: string[]): Cloud | undefined {
  const [word, second] = words;
  if (second !== undefined) {
    throw new RefusedError(`one cloud at a time; "${second}" is one too many`);
  }
  if (word === undefined) return undefined;
  const found = clouds.find((cloud) => cloud === word);
  if (found !== undefined) return found;
  throw new RefusedError(`unknown argument "${word}"; see scripts/setup.sh --help`);
}
