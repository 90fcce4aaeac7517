import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, release, tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./run.ts";

/** The processor's own virtualization, or QEMU's translation in its stead, which is ten to thirty times slower. */
export type Accelerator = "kvm" | "tcg";

/** Where each user's tried accelerator is remembered. */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "onebox", "vms");
const SECONDS = 10;
/** QEMU's exit code when the guest writes 16 to its debug port. */
const BOOTED = (16 << 1) | 1;

/** A boot sector that writes 16 to the debug port, then halts. */
function bootSector(): Buffer {
  const sector = Buffer.alloc(512);
  Buffer.from([0xb0, 0x10, 0xe6, 0xf4, 0xf4, 0xeb, 0xfd]).copy(sector); // mov al,16; out 0xf4,al; hlt; jmp
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

/** True if a virtual machine boots with KVM: on some computers /dev/kvm is there, and a machine hangs. */
async function kvmBoots(): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), "onebox-kvm-"));
  try {
    const disk = join(directory, "disk");
    await writeFile(disk, bootSector());
    const floppy = `file=${disk},format=raw,if=floppy,readonly=on`;
    await run(
      "qemu-system-x86_64",
      [
        ...["-accel", "kvm", "-m", "64", "-nodefaults", "-no-user-config", "-display", "none"],
        ...["-device", "isa-debug-exit,iobase=0xf4,iosize=4", "-drive", floppy, "-boot", "a"],
      ],
      SECONDS,
    );
    return false; // it ended without the guest's word
  } catch (error) {
    return ((error as Error).cause as { code?: unknown } | undefined)?.code === BOOTED;
  } finally {
    await rm(directory, { recursive: true });
  }
}

const qemuVersion = async () =>
  (await run("qemu-system-x86_64", ["--version"])).split("\n")[0] ?? "";

interface Remembered {
  key: string;
  accelerator: Accelerator;
}

/**
 * What virtual machines run with here, by a boot of one; remembered as long as kernel and QEMU stay the same.
 *
 * @throws Error naming QEMU's package when it is missing
 */
export async function accelerator({
  boots = kvmBoots,
  version = qemuVersion,
  cache = CACHE,
} = {}): Promise<Accelerator> {
  // A user who has been let in to /dev/kvm since is another one.
  const groups = [process.getuid?.(), ...(process.getgroups?.() ?? [])].join(" ");
  const key = `${release()} ${await version()} ${groups}`;
  const file = join(cache, "accelerator.json");
  const known = await readFile(file, "utf8").then(
    (text) => JSON.parse(text) as Remembered,
    () => null,
  );
  if (known?.key === key) return known.accelerator;
  const found = (await boots()) ? "kvm" : "tcg";
  await mkdir(cache, { recursive: true });
  await writeFile(file, JSON.stringify({ key, accelerator: found } satisfies Remembered));
  return found;
}
