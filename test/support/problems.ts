import { ConfigError } from "../../config/check.ts";

/** The problems that a check of the configuration or of the secrets throws; none when it passes. */
export function problemsOf(check: () => unknown): string[] {
  try {
    check();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
