import { parse } from "../errors.ts";
import type { ApiRouter, Context } from "../http/router.ts";
import type { Resource } from "../store/records.ts";
import { applyUpdate, update } from "./fields.ts";

/** What readAndUpdate needs to know of a kind of resource. */
export interface Kind<T extends Resource> {
  /** Its path, such as "/volumes", and the name under which an answer holds one, such as "volume". */
  path: string;
  key: string;
  table: Map<number, T>;
  find: (context: Context) => T;
  present: (row: T) => unknown;
}

/** The routes that read one resource and change it, for those of which a PUT changes name and labels only. */
export function readAndUpdate<T extends Resource>(router: ApiRouter, kind: Kind<T>): void {
  const { path, key, table, find, present } = kind;

  router.get(`${path}/:id`, (context) => {
    context.body = { [key]: present(find(context)) };
  });

  router.put(`${path}/:id`, (context) => {
    const row = find(context);
    applyUpdate(table, row, parse(update, context.request.body));
    context.body = { [key]: present(row) };
  });
}
