// biome-ignore-all lint/suspicious/noExplicitAny: answers are looked at field by field
import { noteCodes } from "./codes.ts";

export interface Answer {
  status: number;
  headers: Headers;
  body: any;
}

/** A plain HTTP client of the API. */
export function createClient(endpoint: string, token: string) {
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(endpoint + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const { status, headers } = answer;
    const read = text === "" ? null : JSON.parse(text);
    noteCodes(read);
    return { status, headers, body: read };
  };
  const client = {
    send,
    get: (path: string) => send("GET", path),
    post: (path: string, body?: unknown) => send("POST", path, body),
    put: (path: string, body: unknown) => send("PUT", path, body),
    delete: (path: string) => send("DELETE", path),
    /** Waits for the end of an action, good or bad, as clients do: by polling the list with its id. */
    async ended(action: { id: number }): Promise<any> {
      for (let pause = 5; ; pause = Math.min(2 * pause, 200)) {
        const { body } = await client.get(`/actions?id=${action.id}`);
        if (body.actions[0].status !== "running") return body.actions[0];
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    },
    /** Waits for an action's end; throws with the action's error where it failed. */
    async settled(action: { id: number }): Promise<any> {
      const ended = await client.ended(action);
      if (ended.status === "success") return ended;
      throw new Error(`${ended.command}: ${JSON.stringify(ended.error)}`);
    },
    /** Makes something, waits until it is there, and returns it. */
    async made(path: string, body: unknown): Promise<any> {
      const answer = await client.post(path, body);
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      const { action, actions, next_actions, root_password, ...rest } = answer.body;
      for (const one of [action, ...(actions ?? []), ...(next_actions ?? [])]) {
        if (one) await client.settled(one);
      }
      const [resource] = Object.values(rest) as any[];
      return (await client.get(`${path}/${resource.id}`)).body[Object.keys(rest)[0] as string];
    },
    /** Does an action on a resource, waits for it and returns it; throws where it failed. */
    async act(path: string, body?: unknown): Promise<any> {
      const answer = await client.post(path, body);
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return client.settled(answer.body.action);
    },
  };
  return client;
}

export type Client = ReturnType<typeof createClient>;
