/** What the generator is to do; it crosses a process boundary, so it is plain data. */
export interface Plan {
  /** Where to connect to. */
  address: string;
  port: number;
  /** The Host header, which says which environment is meant. */
  host: string;
  /** Requests per second, whether or not earlier ones were answered. */
  rate: number;
  /** Ends by itself after so many seconds. */
  seconds: number;
  /** Names this run: its links lead to https://load.invalid/RUN/N. */
  run: string;
  /** An answer that takes longer is a failed one (ms). */
  patience: number;
  /** The file that takes the samples, a JSON line each. */
  file: string;
}

export type Kind = "page" | "follow" | "post" | "slow" | "version";

/** One request and what became of it. All times are milliseconds since 1970, with fractions. */
export interface Sample {
  n: number;
  kind: Kind;
  /** On a connection of its own, or on one that is kept. */
  fresh: boolean;
  /** When it had to be sent, when it was, and when its answer was complete. */
  due: number;
  sent: number;
  done: number;
  /** 0 when there was no answer. */
  status: number;
  /** The release that answered, as far as it said so. */
  release?: string;
  /** Why it counts as failed: no answer, or another status than expected. */
  failure?: string;
  /** Why the answer is wrong although its status is right. */
  wrong?: string;
}

/** How long a slow request takes by itself (ms). */
export const slowTime = 2000;
/** How long an answer may take unless a test says otherwise (ms). */
export const usualPatience = 15_000;

/** The clock of all samples: steady within a process, and the same for all of this computer. */
export const clock = (): number => performance.timeOrigin + performance.now();

/** Where the link of request `n` leads to. */
export const urlOf = (run: string, n: number): string => `https://load.invalid/${run}/${n}`;
