import type { Config } from "./schema.ts";

/** What Traefik gives every request, previews' too, in seconds; more where an environment wants more. */
const usual = 600;

/** Seconds that the longest upload may take: the entry points are shared by all environments. */
export function longestUpload({ environments }: Pick<Config, "environments">): number {
  return Math.max(usual, ...Object.values(environments).map(({ limits }) => limits.upload));
}
