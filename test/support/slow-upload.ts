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

/**
 * Adds a link, and takes so many seconds to send it: a byte for each of them, then the rest.
 *
 * @throws when the connection is cut
 */
export async function uploadSlowly(
  { address, host, roots }: Place,
  slug: string,
  seconds: number,
): Promise<Uploaded> {
  const link = JSON.stringify({ slug, url: "https://load.invalid/slow" });
  const headers = {
    ...{ host, "content-type": "application/json" },
    "content-length": seconds + Buffer.byteLength(link),
  };
  const options = { host: address, method: "POST", path: "/links", headers, agent: false } as const;
  const outgoing =
    roots === undefined
      ? requestPlainly(options)
      : request({ ...options, ca: roots, servername: host });
  const answered = once(outgoing, "response") as Promise<[IncomingMessage]>;
  const sent = async () => {
    for (let second = 0; second < seconds; second++) {
      outgoing.write(" ");
      await sleep(1000);
    }
    outgoing.end(link);
    return answered;
  };
  const [answer] = await Promise.race([sent(), answered]); // a refusal comes at once
  answer.resume();
  return {
    status: answer.statusCode ?? 0,
    release: answer.headers["x-onebox-release"]?.toString() ?? "",
  };
}
