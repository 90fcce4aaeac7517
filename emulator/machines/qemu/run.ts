import { execFile } from "node:child_process";

/** Debian's packages of the programs that are run here. */
const PACKAGES: Record<string, string> = {
  "qemu-system-x86_64": "qemu-system-x86",
  "qemu-system-aarch64": "qemu-system-arm",
  "qemu-img": "qemu-utils",
  "mkfs.ext4": "e2fsprogs",
  "mkfs.xfs": "xfsprogs",
};
/** Where Debian keeps what only root has on its path. */
const PATH = `${process.env.PATH ?? ""}:/usr/sbin:/sbin`;

/** Runs a program with an argument list, never through a shell, and returns what it prints. */
export const run = (program: string, args: string[], seconds = 600): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { maxBuffer: 1 << 26, timeout: seconds * 1000, env: { ...process.env, PATH } };
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout.trim());
      const packageName = PACKAGES[program];
      if (error.code === "ENOENT" && packageName !== undefined) {
        return reject(new Error(`${program} is missing: apt-get install ${packageName}`));
      }
      const ended = error.killed ? `no end within ${seconds} s` : `exit code ${error.code}`;
      const said = stderr.trim().split("\n").at(-1) || `it said nothing, ${ended}`;
      reject(new Error(`${program}: ${said.replace(`${program}: `, "")}`, { cause: error }));
    });
  });

/** A value in a list that QEMU splits at commas. */
export const quoted = (value: string): string => value.replaceAll(",", ",,");
