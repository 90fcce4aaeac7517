import { parseArgs } from "node:util";
import { type Goal, goalLine } from "./goals.ts";
import { measureRequests } from "./requests.ts";
import { measureServers } from "./servers.ts";

const HELP = `Usage: npm run bench -w emulator [-- --resources N] [-- --servers N]

Measures what requests cost with few and with many resources, and how much memory the emulator holds
then, without machines and in a process of its own. Then real servers in Docker: how long one takes
from create to SSH, and N at once. Prints each figure beside its goal; exit code 1 when one is missed.
Run it while the computer has nothing else to do.

  --resources N   the most resources, half servers and half volumes; 10000 unless told, 0 leaves it out
  --servers N     servers at once; 10 unless told, 0 leaves them out
`;

const { values } = parseArgs({
  options: {
    resources: { type: "string", default: "10000" },
    servers: { type: "string", default: "10" },
    help: { type: "boolean", short: "h" },
  },
});

function number(name: "resources" | "servers"): number {
  if (/^\d+$/.test(values[name])) return Number(values[name]);
  process.stderr.write(`bench: --${name} must be a number from 0, not '${values[name]}'\n`);
  process.exit(2);
}

if (values.help) process.stdout.write(HELP);
else {
  const [resources, servers] = [number("resources"), number("servers")];
  const goals: Goal[] = [];
  if (resources > 0) goals.push(...(await measureRequests(resources)));
  if (servers > 0) goals.push(...(await measureServers(servers)));
  process.stdout.write(`\n${goals.map(goalLine).join("\n")}\n`);
  if (goals.some(({ measured, below }) => measured >= below)) process.exitCode = 1;
}
