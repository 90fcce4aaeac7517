import { isoSeconds } from "./labels.ts";

/** What `docker image inspect` tells, as far as an image's configuration consists of it. */
export interface InspectedImage {
  Id: string;
  Architecture: string;
  Variant?: string;
  Os: string;
  /** RFC 3339. */
  Created: string;
  Config: Record<string, unknown> & { Labels?: Record<string, string> | null };
  RootFS: { Layers: string[] };
}

/** A line of `docker history --no-trunc --human=false --format '{{json .}}'`, newest first. */
export interface HistoryLine {
  CreatedBy: string;
  Comment: string;
  /** Bytes. */
  Size: string;
}

/**
 * The configuration of an image without what differs from one build to the next: the times, the
 * container in which it was made, and the name of the image before it. The OCI's image
 * specification says what the fields mean.
 *
 * @param epoch time that the image is given, seconds since 1970
 * @param labels KEY=value, beside those that the Dockerfile gives
 */
export function steadyConfig(
  image: InspectedImage,
  history: HistoryLine[],
  epoch: number,
  labels: string[] = [],
): object {
  const created = isoSeconds(epoch);
  const { Image: _, Hostname: __, ...config } = image.Config;
  return {
    architecture: image.Architecture,
    ...(image.Variant && { variant: image.Variant }),
    os: image.Os,
    created,
    config: { ...config, Labels: { ...config.Labels, ...Object.fromEntries(labels.map(pair)) } },
    rootfs: { type: "layers", diff_ids: image.RootFS.Layers },
    history: withLayers(history.toReversed(), image.RootFS.Layers.length).map(
      ({ CreatedBy, Comment, layer }) => ({
        created,
        ...(CreatedBy && { created_by: CreatedBy }),
        ...(Comment && { comment: Comment }),
        ...(!layer && { empty_layer: true }),
      }),
    ),
  };
}

const pair = (label: string) => label.split(/=(.*)/s, 2) as [string, string];

/** Docker's history tells sizes, not which steps made a layer: those with a size, then empty copies. */
function withLayers(history: HistoryLine[], layers: number): (HistoryLine & { layer: boolean })[] {
  const files = (line: HistoryLine) =>
    /^(RUN|COPY|ADD)\b|#\(nop\) +(COPY|ADD)\b/.test(line.CreatedBy);
  let empty = layers - history.filter((line) => Number(line.Size) > 0).length;
  return history.map((line) => {
    const layer = Number(line.Size) > 0 || (files(line) && empty-- > 0);
    return { ...line, layer };
  });
}
