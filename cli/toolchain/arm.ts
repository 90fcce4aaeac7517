import { existsSync } from "node:fs";
import type { Step } from "../steps.ts";
import { imageOf, imagesAreHere, takeImage } from "./images.ts";
import type { Kit } from "./kit.ts";
import { installPackages } from "./packages.ts";
import { buildDebian } from "./stand-ins.ts";

/** What Docker Hub calls Debian's image for ARM; an engine's store keeps one image by a name, so not the usual one. */
const imageFor = ({ root }: Kit) => `arm64v8/${imageOf(root, "debian")}`;
/** Where Debian has the firmware of computers with ARM. */
const FIRMWARE = "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd";
/** QEMU for ARM, what translates single programs while images are built, and what tells mmdebstrap that it does. */
const packages = {
  "qemu-system-aarch64": "qemu-system-arm",
  "qemu-aarch64-static": "qemu-user-static",
  "update-binfmts": "binfmt-support",
  "arch-test": "arch-test",
};

const missing = ({ system }: Kit) => [
  ...Object.entries(packages).flatMap(([program, name]) => (system.find(program) ? [] : [name])),
  ...(existsSync(FIRMWARE) ? [] : ["qemu-efi-aarch64"]),
];

export const armIsHere = async (kit: Kit): Promise<boolean> =>
  missing(kit).length === 0 && imagesAreHere(kit, imageFor(kit));

/** What servers for ARM are made of, on a computer that is not: the local cloud's driver qemu translates them. */
export async function provideArm(kit: Kit, step: Step): Promise<void> {
  const wanted = missing(kit);
  if (wanted.length > 0) await installPackages(kit, wanted, step);
  const image = imageFor(kit);
  if (!(await imagesAreHere(kit, image)))
    await takeImage(kit, image, step, () => buildDebian(kit, image, step, "arm64"));
  step.note = `QEMU and ${image}`;
}
