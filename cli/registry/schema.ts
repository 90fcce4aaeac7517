import { z } from "zod";

/** What a registry, an engine or a VM says of images is data: these are the only shapes that are taken. */

/** "sha256:" and 64 hexadecimal digits, by the OCI's image specification. */
export const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** Bytes, as a whole number that arithmetic of 64 bits can multiply. */
export const bytes = z.int().min(0);

/** A commit by git's SHA-1 or SHA-256; "-dirty" follows when the tree differed. */
const commit = /^([0-9a-f]{40}|[0-9a-f]{64})(-dirty)?$/;

/** The commit of a label org.opencontainers.image.revision; "unknown" for whatever is no commit. */
export function commitOf(label: string | undefined): string {
  return label !== undefined && commit.test(label) ? label : "unknown";
}

const descriptor = z.object({
  digest,
  size: bytes,
  platform: z.object({ os: z.string(), architecture: z.string() }).optional().catch(undefined),
});

/** An image for several platforms: a manifest of manifests. Entries of another kind, such as sums by sha512, are passed over. */
export const index = z.object({
  manifests: z
    .array(descriptor.optional().catch(undefined))
    .transform((entries) => entries.filter((entry) => entry !== undefined)),
});
/** An image for one platform. */
export const manifest = z.object({ config: descriptor, layers: z.array(descriptor) });

/** The configuration that a manifest names, as far as it is read. */
export const imageConfig = z.object({
  os: z.string(),
  architecture: z.string(),
  config: z
    .object({
      User: z.string().nullish(),
      Labels: z.record(z.string(), z.string()).nullish(),
    })
    .nullish(),
  history: z
    .array(
      z.object({
        created_by: z.string().optional(),
        comment: z.string().optional(),
        empty_layer: z.boolean().optional(),
      }),
    )
    .nullish(),
});
