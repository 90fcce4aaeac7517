import { z } from "zod";
import { keyUses } from "../../config/release-keys.ts";
import type { Environment } from "../environment.ts";
import { RefusedError } from "../errors.ts";

/** The variable that has a release key. */
export const PASS = "ONEBOX_RELEASE_KEY";

const passSchema = z.object({
  onebox: z.literal(1),
  name: z.string().regex(/^[A-Za-z0-9._-]+$/),
  address: z.string().regex(/^[0-9a-f.:]+$/),
  hostCa: z.string().regex(/^ssh-ed25519 [A-Za-z0-9+/=]+$/),
  uses: z.array(z.enum(keyUses)).min(1),
  key: z.string().regex(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/),
});
/** A release key, with all that it takes to reach the VM: no other secret is needed. */
export type Pass = z.infer<typeof passSchema>;

/** Renders what scripts/release-key.sh prints. */
export const renderPass = (pass: Omit<Pass, "onebox">): string =>
  `${JSON.stringify({ onebox: 1, ...pass })}\n`;

/**
 * Reads the release key of whoever has one.
 *
 * @throws RefusedError when the variable holds something else
 */
export function readPass({ [PASS]: text }: Environment): Pass | undefined {
  if (!text) return undefined;
  try {
    return passSchema.parse(JSON.parse(text));
  } catch {
    // What is wrong may be quoted from it: a secret.
    throw new RefusedError(`${PASS} is not what scripts/release-key.sh has printed`);
  }
}
