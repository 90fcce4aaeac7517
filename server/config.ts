import { z } from "zod";

const integer = (min: number, max: number) => {
  const message = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message);
};

/** Milliseconds that requests have between the delay and SIGKILL, with half a second for the rest. */
function leftOf(env: { ONEBOX_REQUESTS_SECONDS: number; SHUTDOWN_DELAY_MS: number }): number {
  return Math.max(0, env.ONEBOX_REQUESTS_SECONDS * 1000 - env.SHUTDOWN_DELAY_MS - 500);
}

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const environment = z
  .object({
    DATABASE_URL: z.url({
      protocol: /^postgres(ql)?$/,
      error: "must be set, as postgres://user:password@host:port/database",
    }),
    PORT: integer(0, 65_535).default(3000),
    HOST: z.string().optional(),
    LOG_LEVEL: z.enum(levels, { error: `must be one of ${levels.join(", ")}` }).default("info"),
    ONEBOX_ENVIRONMENT: z.string().default("development"),
    ONEBOX_RELEASE: z.string().default("none"),
    ONEBOX_COMMIT: z.string().default("none"),
    SHUTDOWN_DELAY_MS: integer(0, 60_000).default(500),
    SHUTDOWN_TIMEOUT_MS: integer(0, 600_000).optional(),
    ONEBOX_REQUESTS_SECONDS: integer(1, 600).default(30),
  })
  .transform((env) => ({
    databaseUrl: env.DATABASE_URL,
    port: env.PORT,
    host: env.HOST,
    logLevel: env.LOG_LEVEL,
    environment: env.ONEBOX_ENVIRONMENT,
    release: env.ONEBOX_RELEASE,
    commit: env.ONEBOX_COMMIT,
    shutdownDelay: env.SHUTDOWN_DELAY_MS,
    shutdownTimeout: env.SHUTDOWN_TIMEOUT_MS ?? leftOf(env),
  }));

export type Config = z.infer<typeof environment>;

/** The environment cannot be used; `problems` holds a line for each reason, never a value. */
export class ConfigError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}

/** Reads the settings from `env`. An empty variable counts as one that is not set. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const result = environment.safeParse(set);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`),
  );
}

/** The settings of this process; prints every problem and exits when they are wrong. */
export function loadConfig(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) console.error(`configuration: ${problem}`);
    process.exit(1);
  }
}
