import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { RefusedError } from "../errors.ts";
import { digest, index, manifest } from "../registry/schema.ts";
import { readTar } from "./tar.ts";

/** A manifest as it is sent. */
interface ArchiveManifest {
  digest: string;
  mediaType: string;
  text: string;
}

/** An image that lies in a file: what has to be sent, in the order in which a registry takes it. */
export interface ImageArchive {
  blobs: Map<string, Buffer>;
  /** The last one is the image's own. */
  manifests: ArchiveManifest[];
}

const oci = "application/vnd.oci.image";
const descriptor = z.object({ mediaType: z.string().regex(/^[\w.+/-]{1,100}$/), digest });
const layout = z.object({ manifests: z.tuple([descriptor]) });
/** manifest.json of Docker's older form, and the configuration that it names. */
const saved = z.tuple([z.object({ Config: z.string() })]);
const config = z.object({ rootfs: z.object({ diff_ids: z.array(digest) }) });

/**
 * Reads an image that a builder or `docker save` has written. The file may be a stranger's: everything in it is found
 * by the sum over its own bytes, and what it lacks is refused.
 *
 * @throws RefusedError
 */
export function readImageArchive(bytes: Buffer): ImageArchive {
  const named = new Map<string, Buffer>();
  const held = new Map<string, Buffer>();
  for (const { path, content } of readTar(bytes)) {
    if (content === undefined) continue;
    named.set(path, content);
    held.set(sum(content), content);
  }
  const top = named.get("index.json");
  if (top === undefined) return fromSaved(named, held);
  const {
    manifests: [first],
  } = parse(layout, top);
  const archive: ImageArchive = { blobs: new Map(), manifests: [] };
  collect(archive, held, first, true);
  return archive;
}

/** Adds a manifest, and before it whatever it names. */
function collect(
  archive: ImageArchive,
  held: Map<string, Buffer>,
  { mediaType, digest }: z.infer<typeof descriptor>,
  mayBeIndex: boolean,
): void {
  const content = need(held, digest);
  const raw = parse(z.looseObject({ manifests: z.array(descriptor).optional() }), content);
  if (raw.manifests !== undefined && mayBeIndex) {
    if (parse(index, content).manifests.length !== raw.manifests.length) throw unreadable();
    for (const inner of raw.manifests) collect(archive, held, inner, false);
  } else {
    const { config, layers } = parse(manifest, content);
    for (const { digest } of [config, ...layers]) archive.blobs.set(digest, need(held, digest));
  }
  archive.manifests.push({ digest, mediaType, text: content.toString() });
}

/** Docker before 25: no manifest, and layers as they are unpacked. */
function fromSaved(named: Map<string, Buffer>, held: Map<string, Buffer>): ImageArchive {
  const [{ Config: name }] = parse(saved, named.get("manifest.json"));
  const content = named.get(name);
  if (content === undefined) throw unreadable();
  const blobs = new Map([[sum(content), content]]);
  const layers = parse(config, content).rootfs.diff_ids.map((id) => {
    const packed = gzipSync(need(held, id), { level: 1 });
    blobs.set(sum(packed), packed);
    return { mediaType: `${oci}.layer.v1.tar+gzip`, digest: sum(packed), size: packed.length };
  });
  const own = {
    mediaType: `${oci}.config.v1+json`,
    digest: sum(content),
    size: content.length,
  };
  const mediaType = `${oci}.manifest.v1+json`;
  const text = JSON.stringify({ schemaVersion: 2, mediaType, config: own, layers });
  return { blobs, manifests: [{ digest: sum(Buffer.from(text)), mediaType, text }] };
}

function need(held: Map<string, Buffer>, digest: string): Buffer {
  const found = held.get(digest);
  if (found === undefined) throw new RefusedError(`the archive lacks ${digest}`);
  return found;
}

function parse<T>(schema: z.ZodType<T>, content: Buffer | undefined): T {
  try {
    return schema.parse(JSON.parse(content?.toString() ?? ""));
  } catch (cause) {
    throw unreadable(cause);
  }
}

function unreadable(cause?: unknown): RefusedError {
  return new RefusedError("the archive holds no container image in a known format", {
    cause,
  });
}

function sum(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
