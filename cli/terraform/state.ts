import { z } from "zod";

/** The part that is read of a state, as `terraform state pull` prints it. */
export const state = z.object({
  resources: z.array(
    z.object({
      type: z.string(),
      name: z.string(),
      instances: z.array(
        z.object({
          status: z.string().optional(), // "tainted" when it was not made to its end
          attributes: z
            .object({
              id: z.unknown().optional(), // terraform_remote_state, which a deploy's state has, has none
              triggers: z.record(z.string(), z.string()).nullish(), // of a null_resource
            })
            .nullish(),
        }),
      ),
    }),
  ),
});
