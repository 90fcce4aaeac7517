import type { Socket } from "node:net";

export interface Counts {
  /** Milliseconds since 1970. */
  time: number;
  open: number;
  connections: number;
  requests: number;
  /** Bytes from clients, and to them. */
  received: number;
  sent: number;
}

const SAMPLE_MS = 5000;
const SAMPLES_KEPT = 720; // an hour

/** Counts what goes through a load balancer, and keeps an hour of samples. */
export class Traffic {
  readonly #open = new Set<Socket>();
  readonly #samples: Counts[] = [];
  readonly #sampling: NodeJS.Timeout;
  #connections = 0;
  #requests = 0;
  #received = 0;
  #sent = 0;

  constructor() {
    this.#sampling = setInterval(() => this.#sample(), SAMPLE_MS).unref();
    this.#sample();
  }

  /** Follows a client's connection to its end. */
  follow(socket: Socket): void {
    this.#connections += 1;
    this.#open.add(socket);
    socket.once("close", () => {
      this.#open.delete(socket);
      this.#received += socket.bytesRead;
      this.#sent += socket.bytesWritten;
    });
  }

  request(): void {
    this.#requests += 1;
  }

  now(): Counts {
    const open = [...this.#open];
    return {
      time: Date.now(),
      open: open.length,
      connections: this.#connections,
      requests: this.#requests,
      received: this.#received + open.reduce((sum, socket) => sum + socket.bytesRead, 0),
      sent: this.#sent + open.reduce((sum, socket) => sum + socket.bytesWritten, 0),
    };
  }

  /** Samples of the last hour and the counts now, oldest first. */
  samples(): Counts[] {
    return [...this.#samples, this.now()];
  }

  /** Breaks off what is open. */
  end(): void {
    clearInterval(this.#sampling);
    for (const socket of this.#open) socket.destroy();
  }

  #sample(): void {
    this.#samples.push(this.now());
    if (this.#samples.length > SAMPLES_KEPT) this.#samples.shift();
  }
}
