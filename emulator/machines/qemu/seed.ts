import { randomUUID } from "node:crypto";
import { open, readFile, writeFile } from "node:fs/promises";
import { type HostSettings, hostFiles, rescueFiles, stateFiles } from "../docker/host-files.ts";
import { type HostFile, tar } from "../docker/tar.ts";
import type { MachineSpec } from "../machine.ts";
import type { MachineFiles } from "./machine-directory.ts";
import { networksFile } from "./networks.ts";

/** The size of the disk on which the archive is: it cannot change while the guest runs. */
const BYTES = 4 * 2 ** 20;

/** What guests are told besides. */
export interface GuestSettings extends HostSettings {
  /** An address of this computer's, which they reach past their own network's; null: there is none. */
  computer: string | null;
}

/** By which a guest knows whether its disk is a new one. */
const instance = (): HostFile => ({
  path: "/etc/host-instance",
  mode: 0o600,
  text: `${randomUUID()}\n`,
});

/** Keeps what a machine is given once: the root password is known only now. */
export async function keepFirstFiles(
  spec: MachineSpec,
  files: MachineFiles,
  settings: HostSettings,
): Promise<void> {
  const first = [...hostFiles(spec, settings), instance()];
  await writeFile(files.first, JSON.stringify(first), { mode: 0o600 });
}

/** Writes what the guest is to read at its next boot, or when it is told to. */
export async function writeSeed(
  spec: MachineSpec,
  files: MachineFiles,
  settings: GuestSettings,
): Promise<void> {
  const first = JSON.parse(await readFile(files.first, "utf8")) as HostFile[];
  // Of two files of one name the later one counts.
  const computer = {
    path: "/etc/host-computer",
    mode: 0o644,
    text: `${settings.computer ?? ""}\n`,
  };
  const own = [...first, ...stateFiles(spec, settings), networksFile(spec.networks), computer];
  const rescue = [
    ...rescueFiles(spec, settings),
    ...stateFiles({ ...spec, volumes: [] }, settings),
    instance(),
    { path: "/etc/host-rescue", mode: 0o600, text: "" },
    computer,
  ];
  const archive = tar(spec.rescue === null ? own : rescue);
  if (archive.length > BYTES) throw new Error("the server's settings are too long");
  // In place: a running machine has the file open.
  const file = await open(files.seed, "a+", 0o600).then(async (made) => {
    await made.close();
    return open(files.seed, "r+");
  });
  try {
    await file.write(Buffer.concat([archive, Buffer.alloc(BYTES - archive.length)]), 0, BYTES, 0);
  } finally {
    await file.close();
  }
}
