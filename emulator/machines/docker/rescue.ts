import { docker } from "./cli.ts";
import { DISK_PARTS } from "./snapshots.ts";

interface Inspected {
  GraphDriver?: { Name: string; Data: Record<string, string> };
  Mounts: { Destination: string; Name?: string }[];
}

/**
 * Mounts by which a rescue system gets the disk of the server's own container, which must be stopped:
 * its layers one by one, so that no mistake in there can reach another container. `host-disk` in the
 * rescue system puts them together at /mnt.
 */
export async function diskMounts(container: string): Promise<string[]> {
  const json = await docker(["inspect", "--format", "{{json .}}", container]);
  const { GraphDriver, Mounts } = JSON.parse(json) as Inspected;
  const { LowerDir = "", UpperDir = "" } = GraphDriver?.Data ?? {};
  if (GraphDriver?.Name !== "overlay2" || UpperDir === "") {
    throw new Error("the rescue system needs a Docker engine that stores layers with overlay2");
  }
  const mount = (from: string, to: string) => ["--volume", `${from}:/var/lib/host-disk/${to}`];
  return [
    ...LowerDir.split(":").flatMap((layer, index) => mount(layer, `l/${index}:ro`)),
    // Changes and work area must lie in one mount.
    ...mount(UpperDir.replace(/\/diff$/, ""), "top"),
    ...DISK_PARTS.flatMap((part) => {
      const volume = Mounts.find((m) => m.Destination === `/var/lib/${part}`)?.Name;
      return volume === undefined ? [] : mount(volume, part);
    }),
  ];
}
