import { z } from "zod";
import { id, idOrName, labels, name, update as updateAny } from "../fields.ts";

const description = z.string().max(255).nullish();

export const create = z.object({
  type: z.enum(["ipv4", "ipv6"]),
  name: name.optional(),
  description,
  home_location: idOrName.nullish(),
  server: id.nullish(),
  labels: labels.optional(),
});
export const update = updateAny.extend({ description });
export const assignment = z.object({ server: id });
