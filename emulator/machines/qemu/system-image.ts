import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Architecture } from "./hardware.ts";

const BUILD = fileURLToPath(new URL("../../vms/build.sh", import.meta.url));

/** A fresh system: its disk, and the kernel that boots it. */
export interface SystemImage {
  disk: string;
  kernel: string;
  initrd: string;
}

/** The system of an architecture's servers; builds it if this version of it does not exist yet. */
export async function systemImage(architecture: Architecture): Promise<SystemImage> {
  const platform = architecture === "arm" ? ["arm64"] : [];
  const { stdout } = await promisify(execFile)(BUILD, platform, { maxBuffer: 1 << 26 });
  const folder = stdout.trim();
  return {
    disk: join(folder, "disk.qcow2"),
    kernel: join(folder, "vmlinuz"),
    initrd: join(folder, "initrd"),
  };
}
