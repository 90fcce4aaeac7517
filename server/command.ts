import { type Config, loadConfig } from "./config.ts";

/** Runs a program of the command line. When it fails, it says so in one line and exits with 1. */
export async function command(
  name: string,
  work: (config: Config) => Promise<void>,
): Promise<void> {
  const config = loadConfig();
  // As a container's first process it would not even notice a signal that it does not handle.
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      console.error(`${name}: failed: ended by ${signal}`);
      process.exit(1);
    });
  }
  try {
    await work(config);
  } catch (error) {
    const { message, code } = error as { message?: string; code?: string };
    const reason = message || code || String(error);
    console.error(`${name}: failed: ${reason.replaceAll(/\s+/g, " ")}`);
    process.exit(1);
  }
}
