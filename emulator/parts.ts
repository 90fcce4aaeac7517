import { type Identity, loadIdentity } from "./identity.ts";
import { docker } from "./machines/docker/cli.ts";
import { removeParts, stopParts } from "./machines/docker/parts.ts";
import { removeMachines, stopMachines } from "./machines/qemu/parts.ts";

// Stops or removes the machines and what Docker keeps for a cloud whose process has ended, and nothing else.
// Usage: node emulator/parts.ts stop|remove DIR

const [action = "", directory = ""] = process.argv.slice(2);
const work = {
  stop: (identity: Identity) => Promise.all([stopMachines(directory), stopParts(docker, identity)]),
  remove: (identity: Identity) =>
    Promise.all([removeMachines(directory), removeParts(docker, identity)]),
}[action];
const identity = loadIdentity(directory);
if (work === undefined || identity === null) {
  process.stderr.write(
    `error: ${work ? `no cloud in ${directory}` : "stop or remove, and a DIR"}\n`,
  );
  process.exitCode = 2;
} else {
  await work(identity).catch((error: Error) => {
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = 1;
  });
}
