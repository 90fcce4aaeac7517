import { type FieldProblem, invalidInput } from "../errors.ts";
import { matcher } from "./label-selector.ts";
import type { Context } from "./router.ts";

type Row = { id: number | string; name?: string; labels?: Record<string, string> };
type Test<T> = (row: T, value: string, query: URLSearchParams) => boolean;
type Filter<T> = Test<T> | { values: readonly string[] | RegExp; test: Test<T> };

/** A filter that takes no other values than these. */
export const among = <T>(values: readonly string[], test: Test<T>): Filter<T> => ({ values, test });

/** A filter by an id. */
export const byId = <T>(test: Test<T>): Filter<T> => ({ values: /^\d{1,15}$/, test });

export interface ListOptions<T> {
  filters?: Record<string, Filter<T>>;
  /** Fields to sort by; id, name and created unless told. */
  sort?: (keyof T & string)[];
  /** The largest page; 50 unless told. */
  mostPerPage?: number;
}

/**
 * Answers a list request: filters by query parameter (given several times: any of them), label
 * selector, sorting and pagination. `present` is called for the rows of the page only.
 */
export function list<T extends Row>(
  context: Context,
  plural: string,
  rows: Iterable<T>,
  present: (row: T) => unknown,
  options: ListOptions<T> = {},
): void {
  const query = new URLSearchParams(context.querystring);
  const problems: FieldProblem[] = [];
  const page = positive(query, "page", 1, Number.MAX_SAFE_INTEGER, problems);
  const perPage = positive(query, "per_page", 25, options.mostPerPage ?? 50, problems);

  const filters: Record<string, Filter<T>> = {
    name: (row, value) => row.name === value,
    ...options.filters,
  };
  let found = [...rows];
  for (const [name, filter] of Object.entries(filters)) {
    const wanted = query.getAll(name);
    if (wanted.length === 0) continue;
    const test = typeof filter === "function" ? filter : filter.test;
    if (typeof filter !== "function") problems.push(...refused(name, wanted, filter.values));
    found = found.filter((row) => wanted.some((value) => test(row, value, query)));
  }
  const selector = query.get("label_selector");
  if (selector !== null && selector !== "") {
    const matches = matcher(selector);
    if (matches === null) {
      problems.push({ name: "label_selector", messages: ["is not a valid label selector"] });
    } else found = found.filter((row) => matches(row.labels ?? {}));
  }
  const fields = options.sort ?? (["id", "name", "created"] as (keyof T & string)[]);
  const compare = comparison<T>(query.getAll("sort"), fields, problems);
  if (problems.length > 0) throw invalidInput("invalid query parameters", problems);
  found.sort(compare);

  const last = Math.max(1, Math.ceil(found.length / perPage));
  context.set("Link", links(context, query, { page, last }));
  context.body = {
    [plural]: found.slice((page - 1) * perPage, page * perPage).map(present),
    meta: {
      pagination: {
        page,
        per_page: perPage,
        previous_page: page > 1 ? page - 1 : null,
        next_page: page < last ? page + 1 : null,
        last_page: last,
        total_entries: found.length,
      },
    },
  };
}

/** The pages around this one, as the `Link` header names them (RFC 8288). */
function links(context: Context, query: URLSearchParams, at: { page: number; last: number }) {
  const pages = { prev: at.page - 1, next: at.page + 1, first: 1, last: at.last };
  return Object.entries(pages)
    .filter(([, page]) => page >= 1 && page <= at.last)
    .map(([rel, page]) => {
      query.set("page", String(page));
      return `<${context.protocol}://${context.host}${context.path}?${query}>; rel="${rel}"`;
    })
    .join(", ");
}

/** What is wrong with the values of a filter that takes some only. */
function refused(name: string, wanted: string[], values: readonly string[] | RegExp) {
  const fits = (value: string) =>
    values instanceof RegExp ? values.test(value) : values.includes(value);
  if (wanted.every(fits)) return [];
  const message =
    values instanceof RegExp ? "must be an id" : `must be one of ${values.join(", ")}`;
  return [{ name, messages: [message] }];
}

function positive(
  query: URLSearchParams,
  name: string,
  fallback: number,
  most: number,
  problems: FieldProblem[],
): number {
  const text = query.get(name);
  if (text === null) return fallback;
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  problems.push({ name, messages: [`must be a number from 1 to ${most}`] });
  return fallback;
}

function comparison<T extends Row>(
  wishes: string[],
  fields: (keyof T & string)[],
  problems: FieldProblem[],
): (a: T, b: T) => number {
  const keys = wishes.flatMap((wish) => {
    const [, field, order] = /^(\w+)(?::(asc|desc))?$/.exec(wish) ?? [];
    const key = fields.find((name) => name === field);
    if (key !== undefined) return [{ key, sign: order === "desc" ? -1 : 1 }];
    problems.push({ name: "sort", messages: [`cannot sort by '${wish}'`] });
    return [];
  });
  return (a, b) => {
    for (const { key, sign } of keys) {
      const [left, right] = [a[key] ?? "", b[key] ?? ""];
      if (left < right) return -sign;
      if (left > right) return sign;
    }
    return a.id < b.id ? -1 : 1;
  };
}
