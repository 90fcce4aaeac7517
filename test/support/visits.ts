/** Where visitors go. */
export interface Target {
  address: string;
  port?: number;
  host: string;
}

/** An answer of a release's. */
export interface Echo {
  status: number;
  release: string;
  text: string;
}

/** What became of requests that should get back what they brought. */
export class Visits {
  sent = 0;
  /** Of each that did not, why. */
  readonly failures: string[] = [];
  /** How many answers each release gave. */
  readonly releases: Record<string, number> = {};

  /** Sends one. */
  async take(text: string, send: (text: string) => Promise<Echo>): Promise<void> {
    this.sent++;
    try {
      const answer = await send(text);
      this.releases[answer.release] = (this.releases[answer.release] ?? 0) + 1;
      if (answer.status !== 200 || answer.text !== text)
        throw new Error(`${answer.status}: ${answer.text}`);
    } catch (error) {
      this.failures.push(`${new Date().toISOString()} ${text}: ${(error as Error).message}`);
    }
  }
}
