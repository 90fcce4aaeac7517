import { type Sample, urlOf } from "./plan.ts";

/** How a run's POSTs and the database agree. */
export interface Ledger {
  /** POSTs that were answered 201. */
  acknowledged: number;
  /** Acknowledged, but not in the database. */
  lost: string[];
  /** In the database more than once. */
  doubled: string[];
  /** In the database, but never sent. */
  strangers: string[];
}

/** Compares a run with `urls`, what the database's links of this run lead to. */
export function compareLedger(run: string, samples: Sample[], urls: string[]): Ledger {
  const posts = samples.filter(({ kind }) => kind === "post");
  const sent = new Set(posts.map(({ n }) => urlOf(run, n)));
  const acknowledged = posts.filter(({ status }) => status === 201).map(({ n }) => urlOf(run, n));
  const there = new Set(urls);
  return {
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((url) => !there.has(url)),
    doubled: urls.filter((url, i) => urls.indexOf(url) !== i),
    strangers: [...there].filter((url) => !sent.has(url)),
  };
}
