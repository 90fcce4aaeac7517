import { createHash } from "node:crypto";
import { z } from "zod";
import { parseAnswer } from "../answer.ts";
import { isoSeconds } from "./labels.ts";

const inspected = z.looseObject({
  Id: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  Architecture: z.string(),
  Variant: z.string().optional(),
  Os: z.string(),
  /** RFC 3339. */
  Created: z.string(),
  Config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }),
  RootFS: z.looseObject({ Layers: z.array(z.string().regex(/^sha256:[0-9a-f]{64}$/)) }),
});
/** What `docker image inspect` tells, as far as an image's configuration consists of it. */
type InspectedImage = z.infer<typeof inspected>;

const line = z.object({
  CreatedBy: z.string(),
  Comment: z.string(),
  /** Bytes. */
  Size: z.string(),
});
/** A line of `docker history --no-trunc --human=false --format '{{json .}}'`, newest first. */
type HistoryLine = z.infer<typeof line>;

/** What `docker load` takes: the files of an archive by their names. */
interface SteadyImage {
  id: string;
  /** None: the image is steady as it is. */
  files: Record<string, string>;
}

/**
 * Builders before BuildKit 0.11 write the moment and the container of the build into the image's configuration. It is
 * written anew without them, and with the labels; the archive names layers without holding them: the engine has them.
 *
 * @param image what `docker image inspect` has printed
 * @param history what `docker history` has printed
 */
export function steadyImage(
  image: string,
  history: string,
  origin: { epoch: number; labels: string[] },
): SteadyImage {
  const [found] = parseAnswer("what docker inspect printed", image, z.tuple([inspected]));
  if (found.Created === isoSeconds(origin.epoch)) return { id: found.Id, files: {} };
  const lines = history
    .split("\n")
    .filter(Boolean)
    .map((text) => parseAnswer("what docker history printed", text, line));
  const text = JSON.stringify(steadyConfig(found, lines, origin.epoch, origin.labels));
  const id = createHash("sha256").update(text).digest("hex");
  const manifest = {
    Config: `${id}.json`,
    RepoTags: null,
    Layers: found.RootFS.Layers.map((layer) => `${layer.replace("sha256:", "")}/layer.tar`),
  };
  return {
    id: `sha256:${id}`,
    files: { [`${id}.json`]: text, "manifest.json": JSON.stringify([manifest]) },
  };
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
