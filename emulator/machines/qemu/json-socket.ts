import { EventEmitter } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

interface Answer {
  id?: number;
  event?: string;
  return?: unknown;
  error?: { desc: string };
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  timer: NodeJS.Timeout;
}

/**
 * A connection to QEMU's monitor, or to the agent in a guest: both take commands as lines of JSON. Emits "event" with
 * the monitor's news, and "close".
 */
export class JsonSocket extends EventEmitter<{ event: [name: string]; close: [] }> {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  private constructor(socket: Socket) {
    super();
    this.#socket = socket;
    const lines = createInterface({ input: socket }).on("line", (line) => this.#take(line));
    for (const each of [socket, lines]) each.on("error", () => {}); // "close" follows
    socket.on("close", () => {
      for (const { reject, timer } of this.#waiting.values()) {
        clearTimeout(timer);
        reject(new Error("the virtual machine has ended"));
      }
      this.#waiting.clear();
      this.emit("close");
    });
  }

  /** Throws if nobody listens there. */
  static async open(path: string): Promise<JsonSocket> {
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return new JsonSocket(socket);
  }

  /** Has a command carried out; throws its error, or when there is no answer in time. */
  call(execute: string, args?: object, seconds = 60): Promise<unknown> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new Error("the virtual machine has ended"));
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error(`${execute}: no answer within ${seconds} s`));
      }, seconds * 1000);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.write(`${JSON.stringify({ execute, arguments: args, id })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(line: string): void {
    let answer: Answer;
    try {
      answer = JSON.parse(line.replace(/^\xff/, "")) as Answer;
    } catch {
      return; // the end of an answer that an earlier connection did not wait for
    }
    if (answer.event !== undefined) this.emit("event", answer.event);
    const waiting = this.#waiting.get(answer.id ?? 0);
    if (waiting === undefined) return;
    this.#waiting.delete(answer.id ?? 0);
    clearTimeout(waiting.timer);
    if (answer.error === undefined) waiting.resolve(answer.return);
    else waiting.reject(new Error(answer.error.desc));
  }
}
