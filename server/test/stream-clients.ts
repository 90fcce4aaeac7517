import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";
import type { Link } from "../links.ts";

/** A client of a stream, and what it has seen. */
export interface StreamClient {
  /** The slugs of each message. */
  slugs: string[][];
  /** Everything that came, as text. */
  text: () => string;
  /** How it ended; undefined while it is open. */
  ending: () => string | undefined;
  close: () => void;
}

const slugsOf = (message: string): string[] =>
  (JSON.parse(message) as { links: Link[] }).links.map(({ slug }) => slug);

/** Listens to GET /events. */
export async function openEvents(address: string): Promise<StreamClient> {
  const outgoing = request(`http://${address}/events`, { agent: false }).end();
  const [answer] = await once(outgoing, "response");
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
  const slugs: string[][] = [];
  let text = "";
  let ending: string | undefined;
  answer.setEncoding("utf8");
  answer.on("data", (piece: string) => {
    text += piece;
    const messages = text
      .split("\n\n")
      .slice(0, -1)
      .filter((event) => event.startsWith("data: "));
    slugs.splice(0, Infinity, ...messages.map((event) => slugsOf(event.slice("data: ".length))));
  });
  answer.on("end", () => (ending ??= "end"));
  answer.on("error", () => (ending ??= "cut"));
  return { slugs, text: () => text, ending: () => ending, close: () => outgoing.destroy() };
}

/** Listens to GET /live. */
export async function openSocket(
  address: string,
  options: WebSocket.ClientOptions = {},
  path = "/live",
): Promise<StreamClient> {
  const socket = new WebSocket(`ws://${address}${path}`, options);
  const slugs: string[][] = [];
  let text = "";
  let ending: string | undefined;
  socket.on("message", (data) => {
    text += data;
    slugs.push(slugsOf(String(data)));
  });
  socket.on("close", (code) => (ending = String(code)));
  await once(socket, "open");
  return { slugs, text: () => text, ending: () => ending, close: () => socket.terminate() };
}

/** Waits until `holds`; a minute ends a hang. */
export async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !holds(); await sleep(10)) {
    if (Date.now() > end) throw new Error(`waited in vain until ${holds}`);
  }
}
