import { type ControlClient, ControlError } from "./client.ts";

const help = (program: string) => `Usage: ${program} clock [COMMAND]
  (none)              what time it is in the cloud, and how long actions take there
  hold                stops time
  advance SECONDS     moves it, and all actions with it
  release             lets it run again
  profile NAME        instant: actions take as long as their work; realistic: as at Hetzner
`;

async function run(args: string[], connect: () => ControlClient): Promise<void> {
  const [word, value, ...rest] = args;
  if (rest.length > 0) throw new ControlError(`unknown: '${rest[0]}' (clock --help)`);
  const { clock } = (await connect()(...request(word, value))) as {
    clock: { now: string; held: boolean; profile: string };
  };
  console.log(`${clock.now}  ${clock.held ? "held" : "running"}  ${clock.profile}`);
}

function request(word: string | undefined, value: string | undefined): [string, string, object?] {
  if (word === undefined) return ["GET", "/clock"];
  if (word === "hold" && value === undefined) return ["PUT", "/clock", { held: true }];
  if (word === "release" && value === undefined) return ["PUT", "/clock", { held: false }];
  if (word === "profile" && value !== undefined) return ["PUT", "/clock", { profile: value }];
  if (word === "advance" && Number(value) > 0) {
    return ["PUT", "/clock", { advance_seconds: Number(value) }];
  }
  throw new ControlError("which command? hold, advance SECONDS, release, profile NAME (--help)");
}

export const clockCommand = { help, run };
