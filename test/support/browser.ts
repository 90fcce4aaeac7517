import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

/** What a page looks like to its reader. */
export interface Look {
  /** CSS pixels. */
  width: number;
  scheme: "light" | "dark";
}

/** Programs that are one, as systems name them (cli/toolchain/packages.ts). */
const names = ["chromium", "chromium-browser", "google-chrome"];
type Reply = { id?: number; method?: string; result?: unknown; error?: { message: string } };

/** A headless Chromium with one page, spoken to in its DevTools protocol through a pipe: no port is open. */
export class Browser {
  readonly #profile = mkdtempSync(join(tmpdir(), "onebox-browser-"));
  readonly #child: ChildProcess;
  readonly #waiting = new Map<
    number,
    { done: (result: unknown) => void; fail: (e: Error) => void }
  >();
  readonly #events: { method: string; params: unknown }[] = [];
  #last = 0;
  #session: string | undefined;

  /** @param server "host:port" that answers for every host name */
  constructor(server: string) {
    const program = names.find((name) => spawnSync("which", [name]).status === 0);
    if (program === undefined)
      throw new Error("there is no Chromium; run: scripts/setup.sh --tests");
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"];
    const own = [`--user-data-dir=${this.#profile}`, `--host-resolver-rules=MAP * ${server}`];
    this.#child = spawn(program, [...flags, ...own, "--hide-scrollbars", "about:blank"], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    let rest = "";
    (this.#child.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => {
      const replies = (rest + text).split("\0");
      rest = replies.pop() ?? "";
      for (const reply of replies) this.#take(JSON.parse(reply));
    });
  }

  /** Opens an address and waits until it is loaded. */
  async open(url: string, { width, scheme }: Look): Promise<void> {
    if (this.#session === undefined) await this.#attach();
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    const metrics = { width, height: 800, deviceScaleFactor: 1, mobile: width < 600 };
    await this.#ask("Emulation.setEmulatedMedia", { features });
    await this.#ask("Emulation.setDeviceMetricsOverride", metrics);
    this.#events.length = 0;
    await this.#ask("Page.navigate", { url });
    for (const end = Date.now() + 60_000; Date.now() < end; ) {
      if (this.#events.some(({ method }) => method === "Page.loadEventFired")) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`${url} was not loaded in a minute`);
  }

  /** Runs a script in the page; returns what its last expression is. */
  async evaluate(expression: string): Promise<unknown> {
    const options = { expression, returnByValue: true };
    const { result, exceptionDetails } = (await this.#ask("Runtime.evaluate", options)) as {
      result: { value: unknown };
      exceptionDetails?: { exception: { description: string } };
    };
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception.description);
    return result.value;
  }

  /** The whole page as a PNG. */
  async screenshot(): Promise<Buffer> {
    const options = { captureBeyondViewport: true };
    const { data } = (await this.#ask("Page.captureScreenshot", options)) as { data: string };
    return Buffer.from(data, "base64");
  }

  /** What the page's log and console said since it was opened, such as what its policy has refused. */
  get complaints(): string[] {
    const kinds = ["Log.entryAdded", "Runtime.consoleAPICalled", "Page.javascriptDialogOpening"];
    return this.#events
      .filter(({ method }) => kinds.includes(method))
      .map(({ params }) => JSON.stringify(params));
  }

  /** Ends it and removes its profile. */
  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await ended;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  async #attach(): Promise<void> {
    const { targetInfos } = (await this.#ask("Target.getTargets", {})) as {
      targetInfos: { targetId: string; type: string }[];
    };
    const targetId = targetInfos.find(({ type }) => type === "page")?.targetId;
    const attached = await this.#ask("Target.attachToTarget", { targetId, flatten: true });
    this.#session = (attached as { sessionId: string }).sessionId;
    for (const part of ["Page", "Log", "Runtime"]) await this.#ask(`${part}.enable`, {});
  }

  #ask(method: string, params: object): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    const message = { id, method, params, ...(this.#session && { sessionId: this.#session }) };
    return new Promise((done, fail) => {
      this.#waiting.set(id, { done, fail });
      (this.#child.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    });
  }

  #take({ id, method, result, error, ...rest }: Reply & { params?: unknown }): void {
    if (method !== undefined) this.#events.push({ method, params: rest.params });
    const waiting = this.#waiting.get(id ?? 0);
    this.#waiting.delete(id ?? 0);
    if (error === undefined) waiting?.done(result);
    else waiting?.fail(new Error(error.message));
  }
}
