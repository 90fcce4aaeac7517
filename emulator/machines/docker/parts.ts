import type { Docker } from "./cli.ts";

/** The cloud whose parts are meant. */
interface Owner {
  id: string;
  /** Where its registry is published; null without one. */
  registry: string | null;
}

/**
 * Stops a cloud's servers. What a start makes anew in a moment, the containers of registry and objects and networks without servers,
 * is removed; images and volumes are data and stay. So does the network where there is object storage: apps' secrets hold its
 * address.
 */
export async function stopParts(docker: Docker, { id }: Owner): Promise<void> {
  const filter = ["--filter", `label=onebox.cloud=${id}`];
  for (const part of ["registry", "objects", "objects-plain"])
    await docker(["rm", "--force", `onebox-${id}-${part}`]).catch(() => {}); // it may be gone
  const running = words(await docker(["ps", "--quiet", ...filter]));
  if (running.length > 0) await docker(["stop", "--time", "20", ...running]);
  if ((await docker(["ps", "--all", "--quiet", ...filter])) !== "") return;
  const objects = ["--filter", `name=^onebox-${id}-objects$`];
  if ((await docker(["volume", "ls", "--quiet", ...objects])) !== "") return;
  const networks = words(await docker(["network", "ls", "--quiet", ...filter]));
  if (networks.length > 0) await docker(["network", "rm", ...networks]).catch(() => {}); // one may be gone
}

/** Removes everything that Docker keeps for a cloud, and nothing else. */
export async function removeParts(docker: Docker, { id, registry }: Owner): Promise<void> {
  const list = async (...args: string[]) => words(await docker(args));
  const remove = async (parts: string[], ...command: string[]) => {
    const all = [...new Set(parts)];
    if (all.length > 0) await docker([...command, ...all]);
  };
  const filter = ["--filter", `label=onebox.cloud=${id}`];
  await remove(await list("ps", "--all", "--quiet", ...filter), "rm", "--force", "--volumes");
  await remove(await list("network", "ls", "--quiet", ...filter), "network", "rm");
  const labelled = await list("volume", "ls", "--quiet", ...filter);
  const named = await list("volume", "ls", "--quiet", "--filter", `name=^onebox-${id}-`);
  await remove([...labelled, ...named], "volume", "rm", "--force");
  const images = [];
  for (const reference of [`onebox/disk:${id}-*`, ...(registry ? [`${registry}/*/*`] : [])]) {
    images.push(...(await imagesOf(docker, reference)));
  }
  await remove(images, "image", "rm", "--force"); // by name: what a container of somebody else uses only loses it
}

/**
 * Images by name, never by id: what has other names too stays. One whose tag went to a later build has a digest
 * instead.
 */
async function imagesOf(docker: Docker, reference: string): Promise<string[]> {
  const format = "{{.Repository}}:{{.Tag}} {{.Repository}}@{{.Digest}}";
  const filter = ["--filter", `reference=${reference}`];
  const text = await docker(["image", "ls", "--digests", "--format", format, ...filter]);
  return text
    .split("\n")
    .flatMap(
      (line) => line.split(" ").find((name) => name !== "" && !name.includes("<none>")) ?? [],
    );
}

const words = (text: string) => text.split(/\s+/).filter(Boolean);
