import type { IncomingHttpHeaders } from "node:http";
import { type Kind, slowTime, urlOf } from "./plan.ts";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A request to send, the status it must get, and what is wrong with an answer, if anything. */
export interface Job {
  kind: Kind;
  method: "GET" | "POST";
  path: string;
  json?: unknown;
  expects: number;
  check(answer: Answer): string | undefined;
}

/** The link that was acknowledged last: it must be there for every request that begins later. */
export interface Newest {
  link?: { slug: string; url: string };
}

/** The kind of request `n`: of ten, six read, two write, one is slow and one asks for the release. */
const kinds = [
  "page",
  "follow",
  "post",
  "page",
  "follow",
  "slow",
  "page",
  "follow",
  "post",
] as const;

/** Whether request `n` gets a connection of its own: of every kind, every second one. */
export const isFresh = (n: number): boolean => (n + Math.floor(n / 10)) % 2 === 0;

/** What request `n` of a run is. */
export function jobOf(run: string, n: number, newest: Newest): Job {
  const kind = kinds[n % 10] ?? "version";
  if (kind === "post") return create(run, n, newest);
  if (kind === "slow") return slow;
  if (kind === "version") return version;
  return kind === "follow" && newest.link ? follow(newest.link) : page;
}

const page: Job = {
  kind: "page",
  method: "GET",
  path: "/",
  expects: 200,
  check: ({ body, headers }) => {
    if (!body.trimEnd().endsWith("</html>")) return "the page is not complete";
    return agree(headers, (release) => body.includes(`>${release}</dd>`));
  },
};

const version: Job = {
  kind: "version",
  method: "GET",
  path: "/version",
  expects: 200,
  check: ({ body, headers }) => agree(headers, (release) => fieldOf(body, "release") === release),
};

const slow: Job = {
  kind: "slow",
  method: "GET",
  path: `/slow?ms=${slowTime}`,
  expects: 200,
  check: ({ body }) =>
    body === `{"slept":${slowTime}}` ? undefined : "the slow answer is another",
};

const follow = ({ slug, url }: { slug: string; url: string }): Job => ({
  kind: "follow",
  method: "GET",
  path: `/${slug}`,
  expects: 302,
  check: ({ headers }) =>
    headers.location === url ? undefined : `/${slug} leads to ${headers.location}, not to ${url}`,
});

/** Every second one leaves the slug to the app: sent twice by a proxy, it would be there twice. */
function create(run: string, n: number, newest: Newest): Job {
  const url = urlOf(run, n);
  const slug = n % 10 === 2 ? `${run}-${n}` : undefined;
  return {
    kind: "post",
    method: "POST",
    path: "/links",
    json: { url, slug },
    expects: 201,
    check: ({ body }) => {
      const got = fieldOf(body, "slug");
      if (fieldOf(body, "url") !== url) return `the new link is not the one asked for: ${body}`;
      if (!got || (slug && got !== slug)) return `the new link's slug is ${got}, not ${slug}`;
      newest.link = { slug: got, url };
      return undefined;
    },
  };
}

/** The release that answered: the edge says it, or else the app in its version. */
export function releaseOf(job: Job, { headers, body }: Answer): string | undefined {
  const named = headers["x-onebox-release"]?.toString();
  return named ?? (job.kind === "version" ? fieldOf(body, "release") : undefined);
}

/** The edge's word for the release must be the app's own. */
function agree(headers: IncomingHttpHeaders, same: (release: string) => boolean) {
  const release = headers["x-onebox-release"]?.toString();
  if (release === undefined || same(release)) return undefined;
  return `the edge says ${release}, the app another release`;
}

function fieldOf(body: string, name: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body)[name];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
