// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at field by field
const PATIENCE_MS = 60_000;
const MOST_MS = 600_000;

export interface Answer {
  status: number;
  body: any;
}

/** Asks an API; what it says is only looked at. */
export function createApi(endpoint: string, token: string) {
  const ask = async (method: string, path: string, body?: string): Promise<Answer> => {
    const answer = await fetch(endpoint + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    return { status: answer.status, body: read(text) };
  };

  /** Waits until an action has ended; returns it. */
  const ended = async (id: number, interrupted: AbortSignal): Promise<any> => {
    const deadline = Date.now() + MOST_MS;
    for (let pause = 50; ; pause = Math.min(2 * pause, 2000)) {
      const { body } = await ask("GET", `/actions/${id}`);
      if (body?.action?.status !== "running" || Date.now() > deadline) return body?.action;
      interrupted.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  };
  return { ask, ended };
}

export type Api = ReturnType<typeof createApi>;

function read(text: string): any {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null; // no JSON, such as a proxy's page: its status says enough
  }
}
