/** One call, and what is expected of its answer. `{name.path}` stands for a value of an answer before. */
export interface Call {
  /** Method and path, such as `POST /servers/{web.id}/actions/poweroff`. */
  ask: string;
  body?: unknown;
  /** A body that is sent as it is. */
  raw?: string;
  /** Status, and the code of an error: `201`, `422 invalid_input`. */
  answer: string;
  /** Keeps the resource that was answered, or the first of a list, under this name. */
  as?: string;
  /** Values by their path in the answer, such as `server.status`. */
  has?: Record<string, unknown>;
}

/** Calls that show whether an API keeps to a numbered assumption (docs/assumptions.md). */
export interface Case {
  assumption: number;
  title: string;
  calls: Call[];
}

/** Where an answer was another one than expected. */
export interface Difference {
  assumption: number;
  call: string;
  what: string;
  expected: string;
  answered: string;
}
