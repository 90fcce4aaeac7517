import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { GRPC_HEALTH } from "../config/grpc.ts";

/** Where a visitor asks. */
interface Visit {
  scheme: "http" | "https";
  host: string;
  path: string;
  /** The server's: no name server is asked. */
  address: string;
  /** A socket of this computer's that is forwarded there; undefined: the address is. */
  socket?: string | undefined;
  /** Whom to trust, PEM; undefined: the usual ones. */
  roots: string | undefined;
}

/** What a visitor gets, or why nothing. */
export type Answer =
  | { status: number; headers: Record<string, string | string[] | undefined> }
  | { trouble: string };

export const PORTS = { http: 80, https: 443 };
const grpc = { "content-type": "application/grpc", te: "trailers" };
/** Bytes: as much as browsers take. */
const HEADERS = 256 * 1024;
/** A message of gRPC without any fields. */
const EMPTY = Buffer.alloc(5);

/** Asks as a visitor does, through the public address; by HTTPS with the certificate verified. */
export function visit({ scheme, host, path, address, socket, roots }: Visit): Promise<Answer> {
  const ask = scheme === "https" ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const isGrpc = path === GRPC_HEALTH;
    const request = ask({
      ...{ path, agent: false, servername: host },
      ...(isGrpc ? { method: "POST", headers: { host, ...grpc } } : { headers: { host } }),
      ...(socket === undefined ? { host: address, port: PORTS[scheme] } : { socketPath: socket }),
      ...(roots !== undefined && { ca: roots }),
      ...{ timeout: 5000, maxHeaderSize: HEADERS },
    });
    request.on("timeout", () => request.destroy(new Error("no answer within 5 s")));
    request.on("error", (error) => resolve({ trouble: error.message }));
    request.on("response", (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
    });
    request.end(isGrpc ? EMPTY : undefined);
  });
}

/** What an answer means for a release that should serve. */
export interface Sight {
  /** served: it is the release's own; maintenance: the page that stands before it. */
  kind: "served" | "maintenance" | "other";
  /** For people. */
  seen: string;
}

/**
 * Judges an answer.
 *
 * @param guarded whether visitors may be asked for a password, or come from other addresses, as with previews: then the
 *   answer is Traefik's own, and what stands behind it was asked on the VM
 */
export function judge(answer: Answer, release: string, guarded = false): Sight {
  if ("trouble" in answer) return { kind: "other", seen: answer.trouble };
  const { status, headers } = answer;
  const seen = `HTTP ${status}`;
  if (headers["x-onebox-maintenance"] !== undefined) return { kind: "maintenance", seen };
  const own = status === 200 && `${headers["x-onebox-release"]}`.startsWith(release);
  const theirs = guarded && (status === 401 || status === 403);
  return { kind: own || theirs ? "served" : "other", seen };
}
