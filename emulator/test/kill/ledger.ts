import type { Client } from "../support/client.ts";

/** What is known of a resource: a wish that was not answered may have come true or not. */
export interface Entry {
  plural: string;
  name: string;
  id: number | null;
  exists: "yes" | "no" | "unsure";
  /** A client is at it: two answers could come in another order than the work was done. */
  busy: boolean;
  /** Values of its label that may be there. */
  labels: string[];
}

/** Writes down what was asked for and what was acknowledged, to be held against the truth. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();

  entries(plural?: string): Entry[] {
    return [...this.#entries.values()].filter(
      (e) => e.exists !== "no" && (plural ?? e.plural) === e.plural,
    );
  }

  async create(api: Client, plural: string, name: string, body: object): Promise<void> {
    const entry: Entry = { plural, name, id: null, exists: "unsure", labels: ["0"], busy: false };
    this.#entries.set(`${plural}/${name}`, entry);
    const answer = await api.post(`/${plural}`, { ...body, name, labels: { n: "0" } });
    if (answer.status === 201) {
      entry.exists = "yes";
      entry.id = answer.body[plural.slice(0, -1)].id;
    } else if (answer.status < 500) entry.exists = "no";
    else throw new Error(`creating ${plural}/${name}: ${JSON.stringify(answer.body)}`);
  }

  async change(api: Client, entry: Entry, label: string): Promise<void> {
    entry.labels.push(label);
    const { status } = await api.put(`/${entry.plural}/${entry.id}`, { labels: { n: label } });
    if (status === 200) entry.labels = [label];
    else entry.labels.pop();
  }

  async remove(api: Client, entry: Entry): Promise<void> {
    const before = entry.exists;
    entry.exists = "unsure";
    const { status, body } = await api.delete(`/${entry.plural}/${entry.id}`);
    if (status === 204) entry.exists = "no";
    else if (status !== 200) entry.exists = before;
    else if ((await api.ended(body.action)).status === "success") entry.exists = "no";
  }

  /** Compares with what is there; returns what is wrong, and learns what was unsure. */
  async compare(api: Client, plurals: string[]): Promise<string[]> {
    const wrong: string[] = [];
    for (const plural of plurals) {
      const found = new Map((await all(api, plural)).map((row) => [row.name, row]));
      for (const [key, entry] of this.#entries) {
        if (entry.plural !== plural) continue;
        const row = found.get(entry.name);
        found.delete(entry.name);
        if (row === undefined && entry.exists === "yes") wrong.push(`${key} is lost`);
        if (row !== undefined && entry.exists === "no") wrong.push(`${key} is back`);
        if (row === undefined) this.#entries.delete(key);
        else {
          if (entry.id !== null && entry.id !== row.id) wrong.push(`${key} has another id`);
          if (!entry.labels.includes(row.labels.n)) wrong.push(`${key} has label ${row.labels.n}`);
          Object.assign(entry, { id: row.id, exists: "yes", labels: [row.labels.n], busy: false });
        }
      }
      for (const name of found.keys()) wrong.push(`nobody asked for ${plural}/${name}`);
    }
    return wrong;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: rows of any resource
export async function all(api: Client, plural: string): Promise<any[]> {
  const rows = [];
  for (let page: number | null = 1; page !== null; ) {
    const { body } = await api.get(`/${plural}?per_page=50&page=${page}`);
    rows.push(...body[plural]);
    page = body.meta.pagination.next_page;
  }
  return rows;
}
