import { parseArgs } from "node:util";
import { type Fault, type FaultKind, MEANINGS } from "../faults/fault.ts";
import { type ControlClient, ControlError } from "./client.ts";

const kinds = Object.entries(MEANINGS).map(([kind, meaning]) => `  ${kind.padEnd(21)}${meaning}`);

const help = (
  program: string,
) => `Usage: ${program} fault KIND [options]     makes something go wrong
       ${program} fault list
       ${program} fault clear [ID]          one, or all of them
       ${program} fault drift METHOD PATH [JSON]
                            changes or deletes behind Terraform's back, at once

Kinds:
${kinds.join("\n")}

Whom it strikes, and how often:
  --times N            the next N times           (default: 1)
  --until-cleared
  --method GET|POST|PUT|DELETE
  --path PATTERN       after /v1, * for any text: '/servers/*/actions/poweron'
  --resource ID|NAME   an id in the path or of the action; a server's id or name
  --project NAME

Examples:
  ${program} fault rate_limit --times 3
  ${program} fault resource_unavailable --location fsn1 --until-cleared
  ${program} fault lost_answer --method POST --path /servers
  ${program} fault failing_action --command create_server
  ${program} fault drift PUT /servers/44000001 '{"labels":{"changed":"yes"}}'
`;

const NUMBERS = ["times", "status", "seconds"];
const TEXTS = ["method", "path", "resource", "project", "location", "code", "message", "command"];

function settings(args: string[]) {
  const option = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...Object.fromEntries([...NUMBERS, ...TEXTS].map((name) => [name, option])),
      "until-cleared": { type: "boolean" as const },
    },
  });
  const { "until-cleared": always, ...given } = values as Record<string, string | boolean>;
  const entries = Object.entries(given).map(([name, value]) => {
    if (!NUMBERS.includes(name)) return [name, value];
    if (!Number.isFinite(Number(value))) throw new ControlError(`--${name} must be a number`);
    return [name, Number(value)];
  });
  return { positionals, wish: { ...Object.fromEntries(entries), ...(always && { times: null }) } };
}

function show({ id, kind, times, ...rest }: Fault): string {
  const aim = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
  return [id, kind, times === null ? "until cleared" : `times=${times}`, ...aim].join("  ");
}

async function run(args: string[], connect: () => ControlClient): Promise<void> {
  const { positionals, wish } = settings(args);
  const [word = "", ...rest] = positionals;
  const most = { clear: 1, drift: 3 }[word] ?? 0;
  if (rest.length > most) throw new ControlError(`unknown: '${rest[most]}' (fault --help)`);
  if (word === "list") {
    const { faults } = (await connect()("GET", "/faults")) as { faults: Fault[] };
    for (const fault of faults) console.log(show(fault));
  } else if (word === "clear") {
    await connect()("DELETE", rest[0] === undefined ? "/faults" : `/faults/${rest[0]}`);
  } else if (word === "drift") {
    const [method = "", path = "", json] = rest;
    const body = json === undefined ? undefined : parseJson(json);
    await connect()("POST", "/drift", { ...wish, method, path, body });
  } else if (word in MEANINGS) {
    const body = { ...wish, kind: word as FaultKind };
    const { fault } = (await connect()("POST", "/faults", body)) as { fault: Fault };
    console.log(show(fault));
  } else throw new ControlError("which fault? (fault --help)");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError(`not JSON: ${text}`);
  }
}

export const faultCommand = { help, run };
