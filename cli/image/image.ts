import { z } from "zod";

/** An image that can be released. */
export interface Image {
  /** By its digest, as the VM calls it. */
  reference: string;
  /** "-dirty" follows when the files differed from the commit's; "unknown": the image does not tell. */
  commit: string;
  /** Bytes that it takes on the VM, unpacked, or a guess. */
  space: number;
}

/** What goes into commands and files on the VM; nothing else than this form does. */
export const imageReference = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.:/_-]*@sha256:[0-9a-f]{64}$/, "is no image with its digest");
