import { z } from "zod";
import { bucket, bucketLocation } from "./values.ts";

export const backups = z
  .strictObject({
    /** A bucket of Hetzner Object Storage, and where it lies: best not where the server is. */
    bucket,
    location: bucketLocation,
    keep: z
      .strictObject({
        /** Any moment of so many days can be restored. */
        days: z.int().min(1, "must be at least 1").max(90, "must be at most 90").default(7),
        /** Weekly backups are kept for so many weeks. */
        weeks: z.int().min(1, "must be at least 1").max(104, "must be at most 104").default(4),
      })
      .prefault({}),
    /** Whether the local cloud makes backups too; Hetzner always does. */
    local: z.boolean("must be true or false").default(true),
    /** An SQL query that a restored database is asked; each value that it answers must be true. */
    check: z
      .string()
      .regex(/^[^\p{Cc}\\]+$/u, "must be one line of SQL without backslashes")
      .optional(),
  })
  .optional();
