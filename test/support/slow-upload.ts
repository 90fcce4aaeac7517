import { once } from "node:events";
import { type IncomingMessage, request as requestPlainly } from "node:http";
import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

/** Who takes an upload. */
interface Place {
  address: string;
  host: string;
  /** By HTTPS, with its certificate verified by these roots; by HTTP, when left out. */
  roots?: string;
}

/** What became of an upload. */
export interface Uploaded {
  status: number;
  /** The release that took it. */
  release: string;
}

/** Seconds for which it goes on: longer than a release that is to end gives a request, unless it is told otherwise. */
const longer = 45;
/** The most that it may take in all, in seconds: Node's server ends a request that has not come within five minutes. */
const most = 280;

/**
 * Adds a link, a byte of it each second until something has ended, and for a while after that; then the rest.
 *
 * @throws when the connection is cut
 */
export async function uploadSlowly(
  { address, host, roots }: Place,
  slug: string,
  something: Promise<unknown>,
): Promise<Uploaded> {
  const link = JSON.stringify({ slug, url: "https://load.invalid/slow" });
  const headers = {
    ...{ host, "content-type": "application/json" },
    "content-length": most + Buffer.byteLength(link),
  };
  const options = { host: address, method: "POST", path: "/links", headers, agent: false } as const;
  const outgoing =
    roots === undefined
      ? requestPlainly(options)
      : request({ ...options, ca: roots, servername: host });
  const answered = once(outgoing, "response") as Promise<[IncomingMessage]>;
  let end = Number.POSITIVE_INFINITY;
  const isOver = () => {
    end = performance.now() + longer * 1000;
  };
  something.then(isOver, isOver);
  const sent = async () => {
    let second = 0;
    for (; second < most && performance.now() < end && !outgoing.destroyed; second++) {
      outgoing.write(" ");
      await sleep(1000);
    }
    outgoing.end(" ".repeat(most - second) + link);
    return answered;
  };
  const [answer] = await Promise.race([sent(), answered]); // a refusal comes at once
  answer.resume();
  return {
    status: answer.statusCode ?? 0,
    release: answer.headers["x-onebox-release"]?.toString() ?? "",
  };
}
