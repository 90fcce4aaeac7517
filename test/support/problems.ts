import { ProblemsError } from "../../cli/errors.ts";
import { ConfigError } from "../../config/check.ts";

/** The problems that a check of the configuration or of the secrets throws; none when it passes. */
export function problemsOf(check: () => unknown): string[] {
  try {
    check();
  } catch (error) {
    if (error instanceof ConfigError || error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}
