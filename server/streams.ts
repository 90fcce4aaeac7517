import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";

/** Whoever listens to a stream, by server-sent events or a WebSocket. */
export interface Peer {
  /** Sends a message; calls `written` when it has left this process. */
  write: (message: string, written: () => void) => void;
  /** Says that the stream is alive, and may find out that the peer is not. */
  ping: () => void;
  /** Ends the stream in a way that makes the peer connect again. */
  end: () => void;
  /** Ends it at once. */
  cut: () => void;
}

/** How far a peer is. It is `behind` when it has yet to get what is new. */
interface Flow {
  behind: boolean;
  writing: boolean;
  stalled: boolean;
  sent?: string;
}

export interface Limits {
  /** How many streams may be open. */
  limit?: number;
  /** How often a stream is kept alive (ms). */
  beat?: number;
}

interface Options extends Limits {
  /** What all peers get: the whole state, so that one message may stand for many changes. */
  snapshot: () => Promise<string>;
  /** Calls `changed` at each change, until the returned function is called. */
  follow: (changed: () => void) => () => void;
  log: Logger;
}

const pause = 200; // between two messages (ms)
const patience = 1000; // for a peer to end when the process stops (ms)

/** The open streams. A slow peer skips what it was too slow for: nothing is queued for it. */
export function createStreams({ snapshot, follow, log, limit = 200, beat = 15_000 }: Options) {
  const open = new Map<Peer, Flow>();
  let closing = false;
  let publishing = false;
  let unfollow: (() => void) | undefined;

  const publish = async () => {
    if (publishing) return;
    publishing = true;
    for (;;) {
      const due = [...open].filter(([, flow]) => flow.behind && !flow.writing);
      if (closing || due.length === 0) break;
      for (const [, flow] of due) flow.behind = false;
      try {
        const message = await snapshot();
        if (!closing) for (const [peer, flow] of due) send(peer, flow, message);
      } catch (error) {
        log.warn({ err: error }, "streams have to wait");
        for (const [, flow] of due) flow.behind = true;
      }
      await sleep(pause, undefined, { ref: false });
    }
    publishing = false;
  };

  const send = (peer: Peer, flow: Flow, message: string) => {
    if (!open.has(peer) || flow.sent === message) return;
    flow.sent = message;
    flow.writing = true;
    peer.write(message, () => {
      flow.writing = false;
      void publish();
    });
  };

  const changed = () => {
    for (const flow of open.values()) flow.behind = true;
    void publish();
  };

  const beats = setInterval(() => {
    for (const [peer, flow] of open) {
      if (flow.writing && flow.stalled) peer.cut(); // for a whole beat it has taken nothing
      flow.stalled = flow.writing;
      if (!flow.writing) peer.ping();
    }
  }, beat).unref();

  return {
    get full() {
      return open.size >= limit;
    },

    /** Sends `peer` what there is, then what is new; the returned function says that it is gone. */
    join(peer: Peer): () => void {
      if (closing) peer.end();
      else {
        open.set(peer, { behind: true, writing: false, stalled: false });
        unfollow ??= follow(changed);
        void publish();
      }
      return () => void open.delete(peer);
    },

    /** Ends all streams; peers that do not go are cut. */
    close(): void {
      closing = true;
      clearInterval(beats);
      unfollow?.();
      for (const peer of open.keys()) peer.end();
      setTimeout(() => {
        for (const peer of open.keys()) peer.cut();
      }, patience).unref();
    },
  };
}

export type Streams = ReturnType<typeof createStreams>;
