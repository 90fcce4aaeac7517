import { constants, existsSync } from "node:fs";
import { copyFile, link, mkdir, rename, rm, stat, truncate, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { MachineVolume } from "../machine.ts";
import type { Directory } from "./machine-directory.ts";
import { run } from "./run.ts";
import type { SystemImage } from "./system-image.ts";

/** Keeps the system beside the disks that lie over it: a cache may be emptied. */
export async function keepSystem(directory: Directory, cached: SystemImage): Promise<SystemImage> {
  const folder = directory.system(basename(dirname(cached.disk)));
  await mkdir(folder, { recursive: true });
  const keep = async (file: string) => {
    const kept = join(folder, basename(file));
    if (existsSync(kept)) return kept;
    await link(file, kept).catch(async () => {
      await copyFile(file, `${kept}.new`, constants.COPYFILE_FICLONE); // the cache is on another file system
      await rename(`${kept}.new`, kept);
    });
    return kept;
  };
  return {
    disk: await keep(cached.disk),
    kernel: await keep(cached.kernel),
    initrd: await keep(cached.initrd),
  };
}

/** A new disk that lies over the system's: it holds what differs. */
export async function overlay(system: SystemImage, disk: string, gib: number): Promise<void> {
  const base = ["-b", system.disk, "-F", "qcow2"];
  await run("qemu-img", ["create", "-q", "-f", "qcow2", ...base, disk, `${gib}G`]);
}

/** A disk that is a copy of another one and has at least this size. The other one may be in use, but must not change. */
export async function copyDisk(from: string, to: string, gib?: number): Promise<void> {
  await run("qemu-img", ["convert", "-U", "-O", "qcow2", from, `${to}.new`]);
  if (gib !== undefined) await grow(`${to}.new`, gib);
  await rename(`${to}.new`, to);
}

/** Disks only grow. */
export async function grow(disk: string, gib: number): Promise<void> {
  const json = await run("qemu-img", ["info", "-U", "--output", "json", disk]);
  const { "virtual-size": size } = JSON.parse(json) as { "virtual-size": number };
  if (size < gib * 2 ** 30) await run("qemu-img", ["resize", "-q", disk, `${gib}G`]);
}

/** Makes a volume's file if it has none, with its file system; sparse, it takes as much as is written. */
export async function ensureVolume(directory: Directory, volume: MachineVolume): Promise<void> {
  const { id, size, format } = volume;
  const file = directory.volume(id);
  const bytes = size * 2 ** 30;
  if (existsSync(file)) {
    if ((await stat(file)).size < bytes) await truncate(file, bytes);
    return;
  }
  await writeFile(`${file}.new`, "", { mode: 0o600 });
  await truncate(`${file}.new`, bytes);
  if (format === "ext4") await run("mkfs.ext4", ["-q", "-F", `${file}.new`]);
  if (format === "xfs") await run("mkfs.xfs", ["-q", `${file}.new`]);
  await rename(`${file}.new`, file);
}

export const removeFile = (file: string) => rm(file, { force: true });
