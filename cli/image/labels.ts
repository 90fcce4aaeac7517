/** What an image's labels tell, by the names that the OCI gave them. */
interface ImageOrigin {
  /** Commit that it is built from; "-dirty" follows when the tree differed. */
  commit: string;
  /** Time of the commit, seconds since 1970. */
  epoch: number;
  /** URL of git's remote "origin"; undefined without one. */
  remote: string | undefined;
}

/** Renders the labels, KEY=value. An image of the same commit gets the same ones on every machine. */
export function imageLabels({ commit, epoch, remote }: ImageOrigin): string[] {
  const labels: Record<string, string | undefined> = {
    "org.opencontainers.image.created": isoSeconds(epoch),
    "org.opencontainers.image.revision": commit,
    "org.opencontainers.image.source": sourceUrl(remote),
  };
  return Object.entries(labels)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${value}`);
}

/** RFC 3339 without fractions, as builders write it. */
export function isoSeconds(epoch: number): string {
  return new Date(epoch * 1000).toISOString().replace(".000Z", "Z");
}

/**
 * The https address of a repository, whichever way it was cloned; undefined for a path on this
 * computer. A login that stands in the URL is left out: labels are public.
 */
export function sourceUrl(remote: string | undefined): string | undefined {
  const match =
    /^(?:(?:https?|ssh|git):\/\/)?(?:[^@/]*@)?([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::[0-9]+\/|[:/])\/?(.+?)(?:\.git)?\/?$/i.exec(
      remote ?? "",
    );
  return match === null ? undefined : `https://${match[1]}/${match[2]}`;
}
