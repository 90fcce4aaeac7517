import type { MachineSpec } from "../machine.ts";
import { run } from "./run.ts";

export type Architecture = MachineSpec["architecture"];

/** How QEMU is told to be a computer of an architecture. */
interface Hardware {
  program: string;
  machine: string;
  /** The processor when it is translated. */
  translated: string;
  /** Where the kernel finds the console. */
  console: string;
  /** Tells the kernel of the power button, where what QEMU has built in does not. */
  firmware: string[];
  /** What cards can be plugged into while it runs; none: the computer's only bus takes them. A server has three at most. */
  slots: string[];
}

export const HARDWARE: Record<Architecture, Hardware> = {
  x86: {
    program: "qemu-system-x86_64",
    machine: "pc",
    // Without what costs time and serves nobody: virtual machines in the guest, addresses of more than 48 bits, and checks
    // of its kernel against itself, for which QEMU keeps its pages twice.
    translated: "max,svm=off,la57=off,smap=off,smep=off,pku=off",
    console: "ttyS0",
    firmware: [],
    slots: [],
  },
  arm: {
    program: "qemu-system-aarch64",
    machine: "virt,gic-version=3",
    // Signatures of pointers are as long to translate as all else together.
    translated: "max,pauth=off,lpa2=off",
    console: "ttyAMA0",
    firmware: ["-bios", "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"],
    slots: ["slot-1", "slot-2", "slot-3"],
  },
};

/** The architectures of which servers can run here: ARM's are translated, by a QEMU that not everybody has. */
export const translatable = async (): Promise<Architecture[]> =>
  run(HARDWARE.arm.program, ["--version"]).then(
    () => ["x86", "arm"],
    () => ["x86"],
  );
