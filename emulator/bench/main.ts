import { parseArgs } from "node:util";
import { measureRequests } from "./requests.ts";

const HELP = `Usage: npm run bench -w emulator [-- --resources N]

Measures the emulator without machines, in a process of its own: what requests cost with few and
with many resources, and how much memory it holds.
`;

const { values } = parseArgs({
  options: { resources: { type: "string", default: "10000" }, help: { type: "boolean" } },
});
if (values.help) process.stdout.write(HELP);
else await measureRequests(Number(values.resources));
