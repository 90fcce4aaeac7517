import { once } from "node:events";
import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { type Echo, type Target, Visits } from "./visits.ts";

/**
 * Calls of gRPC, 20 a second, of two messages each: the first is answered before the second is sent. A connection is
 * used until the other side ends it, as gRPC's clients do.
 *
 * @returns a function that ends them
 */
export function startCalls(target: Target): () => Promise<Visits> {
  const visits = new Visits();
  const underWay: Promise<void>[] = [];
  const sessions = new Set<ClientHttp2Session>();
  let session: ClientHttp2Session | undefined;
  let stopped = false;
  const current = () => {
    if (session === undefined || session.closed || session.destroyed) {
      session = connect(`http://${target.address}:${target.port ?? 80}`);
      session.on("error", () => {}); // each call says so
      sessions.add(session);
    }
    return session;
  };
  const go = async () => {
    while (!stopped) {
      const name = `call ${visits.sent}`;
      underWay.push(visits.take(name, (text) => converse(current(), target.host, text)));
      await sleep(50);
    }
    await Promise.all(underWay);
    for (const each of sessions) each.destroy();
  };
  const work = go();
  return async () => {
    stopped = true;
    await work;
    return visits;
  };
}

async function converse(session: ClientHttp2Session, host: string, text: string): Promise<Echo> {
  const stream = session.request({
    ...{ ":method": "POST", ":path": "/shop.Cart/Watch", ":authority": host },
    ...{ "content-type": "application/grpc", te: "trailers" },
  });
  const bound = { signal: AbortSignal.timeout(60_000) };
  const response = once(stream, "response", bound);
  const trailers = once(stream, "trailers", bound);
  for (const promise of [response, trailers]) promise.catch(() => {});
  stream.on("error", () => {}); // whoever waits hears of it
  try {
    for (const message of text.split(/(?= )/)) {
      stream.write(message);
      for (let heard = ""; heard !== message; ) {
        const [piece] = (await once(stream, "data", bound)) as [Buffer];
        heard += piece.toString();
        if (!message.startsWith(heard)) throw new Error(`${heard}, and not ${message}`);
      }
    }
    stream.end();
    const [headers] = (await response) as [IncomingHttpHeaders & { ":status"?: number }];
    const [{ "grpc-status": status }] = (await trailers) as [IncomingHttpHeaders];
    if (status !== "0") throw new Error(`grpc-status ${status}`);
    const release = String(headers["x-onebox-release"]);
    return { status: headers[":status"] ?? 0, release, text };
  } finally {
    stream.close();
  }
}
