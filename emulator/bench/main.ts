import { parseArgs } from "node:util";
import { measureRequests } from "./requests.ts";
import { measureServers } from "./servers.ts";

const HELP = `Usage: npm run bench -w emulator [-- --resources N | --servers N]

Measures the emulator without machines, in a process of its own: what requests cost with few and
with many resources, and how much memory it holds. With --servers, real servers in Docker instead:
how long one takes from create to SSH, and N at once.
`;

const { values } = parseArgs({
  options: {
    resources: { type: "string", default: "10000" },
    servers: { type: "string" },
    help: { type: "boolean" },
  },
});
if (values.help) process.stdout.write(HELP);
else if (values.servers !== undefined) await measureServers(Number(values.servers));
else await measureRequests(Number(values.resources));
