import { type Config, loadConfig } from "./config.ts";

/** Runs a program of the command line. When it fails, it says so in one line and exits with 1. */
export async function command(
  name: string,
  work: (config: Config) => Promise<void>,
): Promise<void> {
  const config = loadConfig();
  try {
    await work(config);
  } catch (error) {
    const { message, code } = error as { message?: string; code?: string };
    const reason = message || code || String(error);
    console.error(`${name}: failed: ${reason.replaceAll(/\s+/g, " ")}`);
    process.exit(1);
  }
}
