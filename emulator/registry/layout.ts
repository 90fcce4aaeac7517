import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { constants, zstdCompressSync } from "node:zlib";
import { z } from "zod";

/** What `docker save` says of the images in it. */
const Saved = z.array(
  z.object({ Config: z.string(), RepoTags: z.array(z.string()), Layers: z.array(z.string()) }),
);

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

const OCI = "application/vnd.oci.image";
const COMPRESSED = {
  "1f8b": `${OCI}.layer.v1.tar+gzip`,
  "28b5": `${OCI}.layer.v1.tar+zstd`,
} as Record<string, string>;

/**
 * Writes images as a registry's file system driver keeps them, without a registry: a push would compress
 * each layer with gzip, on one processor, and every pull would undo that; zstd takes a tenth of both.
 *
 * @param saved the directory that an archive of `docker save` was extracted to
 * @param root the registry's root directory
 */
export function writeImages(saved: string, root: string): void {
  const read = (name: string) => readFileSync(join(saved, name));
  for (const image of Saved.parse(JSON.parse(read("manifest.json").toString()))) {
    const manifest = {
      schemaVersion: 2,
      mediaType: `${OCI}.manifest.v1+json`,
      config: writeBlob(root, `${OCI}.config.v1+json`, read(image.Config)),
      layers: image.Layers.map((name) => writeLayer(root, read(name))),
    };
    const { digest } = writeBlob(root, manifest.mediaType, Buffer.from(JSON.stringify(manifest)));
    for (const tagged of image.RepoTags) {
      const [name = "", tag = ""] = tagged.split(":");
      const repository = `repositories/library/${name}`;
      for (const blob of [manifest.config, ...manifest.layers]) {
        link(root, `${repository}/_layers`, blob.digest);
      }
      link(root, `${repository}/_manifests/revisions`, digest);
      link(root, `${repository}/_manifests/tags/${tag}/index`, digest);
      write(root, `${repository}/_manifests/tags/${tag}/current/link`, digest);
    }
  }
}

/** An engine may save a layer as it was pulled, compressed already. */
function writeLayer(root: string, layer: Buffer): Descriptor {
  const compressed = COMPRESSED[layer.subarray(0, 2).toString("hex")];
  if (compressed !== undefined) return writeBlob(root, compressed, layer);
  const params = { [constants.ZSTD_c_nbWorkers]: 2 };
  return writeBlob(root, `${OCI}.layer.v1.tar+zstd`, zstdCompressSync(layer, { params }));
}

function writeBlob(root: string, mediaType: string, content: Buffer): Descriptor {
  const hex = createHash("sha256").update(content).digest("hex");
  write(root, `blobs/sha256/${hex.slice(0, 2)}/${hex}/data`, content);
  return { mediaType, digest: `sha256:${hex}`, size: content.length };
}

function link(root: string, place: string, digest: string): void {
  write(root, `${place}/${digest.replace(":", "/")}/link`, digest);
}

function write(root: string, path: string, content: string | Buffer): void {
  const file = join(root, "docker/registry/v2", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
