import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

export const HELP = `Usage: onebox-cloud conformance [options]

Makes the calls that check the numbered assumptions of the documentation, compares status, error
code and shape of each answer, and prints the differences. Without options it asks an emulator of
its own. What it makes has a name that begins with conformance-, and is removed, after Ctrl-C too.

  --against URL      ask this API, such as https://api.hetzner.cloud/v1
  --token-file FILE  its token, which may write
  --max-cost EUR     refuse to start when the calls may cost more
  --help

Exit codes: 0 no difference; 1 differences, or something is left; 2 wrong usage, nothing was made.
`;

/** Another API than an emulator of its own. */
export interface Target {
  endpoint: string;
  token: string;
  maxCost: number;
}

export interface Options {
  help: boolean;
  target: Target | null;
}

/** Reads the command line; throws an Error whose message is fit to be shown. */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      against: { type: "string" },
      "token-file": { type: "string" },
      "max-cost": { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const { help, against, "token-file": file, "max-cost": limit } = values;
  if (help || (against === undefined && file === undefined && limit === undefined)) {
    return { help, target: null };
  }
  if (against === undefined || !URL.canParse(against)) {
    throw new Error("--against must be the URL of an API, such as https://api.hetzner.cloud/v1");
  }
  if (file === undefined) throw new Error("--against needs --token-file FILE");
  if (limit === undefined || !/^\d{1,4}(\.\d{1,2})?$/.test(limit)) {
    throw new Error("--against needs --max-cost EUR, an amount such as 2.50");
  }
  const token = readFileSync(file, "utf8").trim();
  return {
    help,
    target: { endpoint: against.replace(/\/+$/, ""), token, maxCost: Number(limit) },
  };
}
