/**
 * Finds rows by a field without looking at all of them. What it remembers holds only while nothing
 * changes: handlers change records as they like, so it forgets all when a change begins, and looks
 * at every row until the last one has ended.
 */
export class Relations {
  #changing = 0;
  readonly #indexes = new Map<string, Map<unknown, unknown[]>>();

  /** Rows may change at any moment while `work` goes on. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#changing++;
    this.#indexes.clear();
    try {
      return await work();
    } finally {
      this.#changing--;
    }
  }

  /** The rows whose `field` is `value`; `table` names the rows. */
  find<T, F extends keyof T & string>(
    table: string,
    rows: Map<number, T>,
    field: F,
    value: T[F],
  ): readonly T[] {
    if (this.#changing > 0) return [...rows.values()].filter((row) => row[field] === value);
    const key = `${table} ${field}`;
    let index = this.#indexes.get(key) as Map<T[F], T[]> | undefined;
    if (index === undefined) {
      index = Map.groupBy(rows.values(), (row) => row[field]);
      this.#indexes.set(key, index as Map<unknown, unknown[]>);
    }
    return index.get(value) ?? [];
  }
}
