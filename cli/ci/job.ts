import { appendFileSync } from "node:fs";
import type { Environment } from "../environment.ts";
import type { Output } from "../session.ts";

/** What a step of a workflow tells its runner. Where no runner has set these files, it goes to the terminal. */
export class Job {
  readonly #environment: Environment;
  readonly #stdout: Pick<Output, "write">;

  constructor({
    environment,
    stdout,
  }: { environment: Environment; stdout: Pick<Output, "write"> }) {
    this.#environment = environment;
    this.#stdout = stdout;
  }

  /** Shows a line on top of the run's page. */
  notice(text: string): void {
    this.#stdout.write(`::notice::${oneLine(text)}\n`);
  }

  /** Shows a line that somebody should look into. */
  warn(text: string): void {
    this.#stdout.write(`::warning::${oneLine(text)}\n`);
  }

  /** Hands a value to later steps and jobs. */
  output(name: string, value: string): void {
    this.#append("GITHUB_OUTPUT", pair(name, value));
  }

  /** Sets a variable for later steps. */
  export(name: string, value: string): void {
    this.#append("GITHUB_ENV", pair(name, value));
  }

  /** Adds Markdown to the job's summary. */
  summarise(text: string): void {
    this.#append("GITHUB_STEP_SUMMARY", text.endsWith("\n") ? text : `${text}\n`);
  }

  #append(file: string, text: string): void {
    const path = this.#environment[file];
    if (path) appendFileSync(path, text);
    else this.#stdout.write(text);
  }
}

/** As GitHub reads the text of a notice; a line break would begin another command. */
function oneLine(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** A line break would begin another value. */
function pair(name: string, value: string): string {
  if (/[\r\n]/.test(value)) throw new Error(`${name} would take more than one line`);
  return `${name}=${value}\n`;
}
