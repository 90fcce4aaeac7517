import { readFileSync } from "node:fs";

const SYS_RESOURCE = 24n;

/**
 * Capabilities that servers go without: two that would reach beyond the container, and the one to make an ext4 larger
 * that is mounted, on a computer where nothing has it. Docker starts no container with what it lacks itself.
 */
export const droppedCapabilities = (status = ownStatus()): string[] => [
  "SYS_TIME",
  "SYS_MODULE",
  ...(hasSysResource(status) ? [] : ["SYS_RESOURCE"]),
];

/** By what a process of this computer can have at most, as /proc shows it. */
function hasSysResource(status: string): boolean {
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
  return ((BigInt(`0x${bounding}`) >> SYS_RESOURCE) & 1n) === 1n;
}

const ownStatus = () => readFileSync("/proc/self/status", "utf8");
