import { EventEmitter, once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";

/** A stream that a visitor keeps open. */
export interface Stream {
  /** The release at its other end. */
  release: string;
  /** How many messages came so far. */
  readonly messages: number;
  /** How it ended, in words; undefined while it is open. */
  readonly ending: string | undefined;
  readonly ended: Promise<void>;
  /** Waits until so many messages have come. */
  message(count: number): Promise<void>;
  close(): void;
}

class Watched extends EventEmitter implements Stream {
  release = "";
  messages = 0;
  ending: string | undefined;
  close: () => void = () => {};
  readonly ended: Promise<void> = once(this, "end").then(() => {});

  take(): void {
    this.messages++;
    this.emit("message");
  }

  end(how: string): void {
    if (this.ending !== undefined) return;
    this.ending = how;
    this.emit("end");
  }

  async message(count: number): Promise<void> {
    while (this.messages < count)
      await once(this, "message", { signal: AbortSignal.timeout(60_000) });
  }
}

const named = (answer: IncomingMessage) => answer.headers["x-onebox-release"]?.toString() ?? "";

/** Opens GET /live as a WebSocket. */
export async function openSocket(address: string, host: string): Promise<Stream> {
  const stream = new Watched();
  const socket = new WebSocket(`ws://${address}/live`, { headers: { host } });
  socket.on("message", (data) => {
    stream.release = JSON.parse(data.toString()).release; // Traefik sets no header on a 101
    stream.take();
  });
  socket.on("error", (error) => stream.end(`broken: ${error.message}`));
  socket.on("close", (code) => stream.end(`closed with ${code}`));
  stream.close = () => socket.close();
  await stream.message(1);
  return stream;
}

/** Opens GET /events as server-sent events. */
export async function openEvents(address: string, host: string, port = 80): Promise<Stream> {
  const stream = new Watched();
  const outgoing = request({
    host: address,
    port,
    path: "/events",
    headers: { host, accept: "text/event-stream" }, // as browsers send it
    agent: false,
  }).end();
  stream.close = () => outgoing.destroy();
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  stream.release = named(answer);
  let text = "";
  answer.setEncoding("utf8").on("data", (piece: string) => {
    const events = (text + piece).split("\n\n");
    text = events.pop() ?? "";
    for (const event of events) if (/^data:/m.test(event)) stream.take();
  });
  answer.on("error", (error) => stream.end(`broken: ${error.message}`));
  answer.on("end", () => stream.end("ended"));
  await stream.message(1);
  return stream;
}

/** Waits until the environment's page comes from a release that is asked for; gives up after ten minutes: a whole deploy may come first. */
export async function releaseAt(
  address: string,
  host: string,
  wanted: (release: string) => boolean,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (const end = performance.now() + 600_000; performance.now() < end; await sleep(20)) {
    const outgoing = request({ host: address, path: "/version", headers: { host }, agent }).end();
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    answer.resume();
    if (wanted(named(answer))) return agent.destroy();
  }
  throw new Error("no other release answered within ten minutes");
}

/** Adds a link, which every open stream is told. */
export async function addLink(address: string, host: string, slug: string): Promise<void> {
  const headers = { host, "content-type": "application/json" };
  const outgoing = request({ host: address, method: "POST", path: "/links", headers });
  outgoing.end(JSON.stringify({ slug, url: "https://load.invalid/stream" }));
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  answer.resume();
  if (answer.statusCode !== 201) throw new Error(`POST /links got ${answer.statusCode}`);
}
