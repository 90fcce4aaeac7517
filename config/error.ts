/** A configuration that cannot be used; `problems` names every field that is wrong, one line each. */
export class ConfigError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    const lines = problems.map((text) => text.replace(/\p{Cc}/gu, "?")); // a key may hold a newline
    super(lines.join("\n"));
    this.name = "ConfigError";
    this.problems = lines;
  }
}

/** Of whatever was thrown. */
export const firstLine = (cause: unknown): string =>
  cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
