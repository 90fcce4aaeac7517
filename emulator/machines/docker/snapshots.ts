import { docker } from "./cli.ts";
import { isRunning } from "./containers.ts";
import type { Placement } from "./run-arguments.ts";

/** What of a server's disk Docker keeps outside its layers: the data of the server's own engine. */
export const DISK_PARTS = ["docker", "containerd"] as const;

/** Names that `scripts/cloud.sh reset` knows: it removes what begins like this. */
export const diskImage = (cloud: string, server: number) => `onebox/disk:${cloud}-${server}`;
export const snapshotImage = (cloud: string, snapshot: number) =>
  `onebox/disk:${cloud}-image-${snapshot}`;
const snapshotVolume = (cloud: string, snapshot: number) => `onebox-${cloud}-image-${snapshot}`;

const copy = (from: string, to: string) =>
  DISK_PARTS.map((part) => `mkdir -p ${to}/${part} && cp -a ${from}/${part}/. ${to}/${part}/`);

const helper = (placement: Placement, container: string, volume: string) => [
  ...["run", "--rm", "--network", "none", "--label", `onebox.cloud=${placement.cloud}`],
  ...["--cap-add", "SYS_ADMIN"], // trusted attributes, by which layers mark what they hide
  ...["--volumes-from", container, "--volume", volume, placement.image, "sh", "-c"],
];

/** Copies a server's whole disk, still while it runs: its processes stop for as long. Returns bytes. */
export async function takeSnapshot(placement: Placement, container: string, snapshot: number) {
  const { cloud } = placement;
  const image = snapshotImage(cloud, snapshot);
  const volume = snapshotVolume(cloud, snapshot);
  const running = await isRunning(container);
  // It may be paused already: by an attempt that was interrupted.
  if (running) await docker(["pause", container]).catch(() => {});
  try {
    await docker(["commit", "--pause=false", container, image]);
    await docker(["volume", "create", "--label", `onebox.cloud=${cloud}`, volume]);
    const script = ["set -e", "rm -rf /copy/*", ...copy("/var/lib", "/copy"), "du -sb /copy"];
    const args = helper(placement, container, `${volume}:/copy`);
    const data = await docker([...args, script.join("\n")]);
    const size = await docker(["image", "inspect", "--format", "{{.Size}}", image]);
    return Number(size) + Number.parseInt(data, 10);
  } finally {
    if (running) await docker(["unpause", container]).catch(() => {});
  }
}

/** Lays a snapshot's copy of the engine's data into a container that has not run yet. */
export async function restoreData(placement: Placement, container: string, snapshot: number) {
  const volume = `${snapshotVolume(placement.cloud, snapshot)}:/copy:ro`;
  const script = ["set -e", ...copy("/copy", "/var/lib")];
  await docker([...helper(placement, container, volume), script.join("\n")]);
}

export async function removeSnapshot({ cloud }: Placement, snapshot: number): Promise<void> {
  await docker(["image", "rm", snapshotImage(cloud, snapshot)]).catch(() => {}); // done before
  await docker(["volume", "rm", "--force", snapshotVolume(cloud, snapshot)]);
}
