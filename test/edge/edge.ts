import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../config/load.ts";
import { label } from "../support/label.ts";

/** What a visitor got. */
export interface Answer {
  status: number;
  /** The slot that answered; empty when none did. */
  slot: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** One of Traefik's routers, as its API shows it. */
export interface Router {
  name: string;
  status: string;
  service: string;
  error?: string[];
}

const images = { traefik: "traefik:v3.7.6", node: "node:24.21.0-trixie-slim" };

/**
 * The real Traefik, with traefik/'s own configuration, in front of two small apps in the places of
 * stage's slots; on a network of its own and on ports that the system chooses.
 */
export class Edge {
  readonly host = "stage.onebox.test";
  private readonly name = `onebox-edge-${process.pid}`;
  private readonly directory = mkdtempSync(join(tmpdir(), "onebox-edge-"));
  private readonly routes = join(this.directory, "routes");
  private readonly settings: (plain: string) => string;
  private web = 0;
  private api = 0;

  /** @param settings what becomes of traefik.yml */
  constructor(settings: (plain: string) => string = (plain) => plain) {
    this.settings = settings;
  }

  /** Starts everything and waits until Traefik answers. */
  async start(): Promise<void> {
    mkdirSync(this.routes);
    const settings = readFileSync(join(root, "traefik/traefik.yml"), "utf8");
    // On a VM the API is the container's own; here it is asked from outside.
    writeFileSync(
      join(this.directory, "traefik.yml"),
      this.settings(settings).replace("127.0.0.1:8080", ":8080"),
    );
    const shared = readFileSync(join(root, "traefik/routes/onebox.yml"), "utf8");
    writeFileSync(join(this.routes, "onebox.yml"), shared);
    docker("network", "create", ...label(), this.name);
    for (const slot of ["blue", "green"]) this.startSlot(slot);
    const mount = (from: string, to: string) => ["--volume", `${from}:${to}:ro`];
    this.run(
      "traefik",
      ...["--publish", "127.0.0.1::80", "--publish", "127.0.0.1::8080"],
      ...["--read-only", "--cap-drop", "ALL", "--cap-add", "NET_BIND_SERVICE"],
      ...["--memory", "256m", "--memory-swap", "256m", "--env", "GOMEMLIMIT=200MiB"],
      ...mount(join(this.directory, "traefik.yml"), "/etc/traefik/traefik.yml"),
      ...mount(this.routes, "/etc/traefik/dynamic"),
      ...mount(join(root, "traefik/plugins-local"), "/plugins-local"),
      images.traefik,
    );
    this.web = this.port(80);
    this.api = this.port(8080);
    await this.until(async () => (await this.routers()).length > 0, "Traefik's API answers");
  }

  /** Starts (again) the app in a slot. */
  startSlot(slot: string): void {
    const program = ["--volume", `${import.meta.dirname}/backend.ts:/backend.ts:ro`];
    this.run(
      slot,
      "--network-alias",
      `stage-${slot}`,
      ...program,
      images.node,
      "node",
      "/backend.ts",
      slot,
    );
  }

  /** Ends the app in a slot for good, as a crash would. */
  killSlot(slot: string): void {
    docker("rm", "--force", `${this.name}-${slot}`);
  }

  /** Renames a file into the watched directory and waits until the API shows this router with this service. */
  async place(file: string, text: string, router: string, service: string): Promise<void> {
    const made = join(this.directory, "made.yml");
    writeFileSync(made, text);
    renameSync(made, join(this.routes, file));
    await this.until(async () => {
      const found = (await this.routers()).find(({ name }) => name === `${router}@file`);
      return found?.service === service && found.status === "enabled";
    }, `${router} leads to ${service}`);
  }

  /** Takes a file away and waits until the router is gone. */
  async remove(file: string, router: string): Promise<void> {
    rmSync(join(this.routes, file), { force: true });
    await this.until(
      async () => (await this.routers()).every(({ name }) => name !== `${router}@file`),
      `${router} is gone`,
    );
  }

  /** Where it listens for visitors. */
  get address(): string {
    return `127.0.0.1:${this.web}`;
  }

  async routers(): Promise<Router[]> {
    try {
      const answer = await fetch(`http://127.0.0.1:${this.api}/api/http/routers?per_page=1000`);
      return (await answer.json()) as Router[];
    } catch {
      return []; // it is not up yet
    }
  }

  /** Asks as a visitor would; the host is stage's own unless the headers say otherwise. */
  ask(method = "GET", headers: Record<string, string> = {}, path = "/"): Promise<Answer> {
    const [host, port] = this.address.split(":");
    const sent = { host: this.host, ...headers };
    const options = { host, port, path, method, headers: sent, agent: false as const };
    return new Promise((resolve, reject) => {
      const take = (response: IncomingMessage) => {
        let body = "";
        const slot = String(response.headers["x-slot"] ?? "");
        response.setEncoding("utf8").on("data", (text: string) => {
          body += text;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, slot, headers: response.headers, body }),
        );
      };
      request(options, take)
        .on("upgrade", (response: IncomingMessage, socket) => {
          socket.destroy();
          const slot = String(response.headers["x-slot"]);
          resolve({ status: 101, slot, headers: response.headers, body: "" });
        })
        .on("error", reject)
        .end();
    });
  }

  /** Whether Traefik runs, and still is the process that was started. */
  survives(): boolean {
    const told = docker("inspect", "--format", "{{.State.Status}}", `${this.name}-traefik`);
    return told.trim() === "running";
  }

  /** What Traefik has written: its own log, and that of requests. */
  log(): string {
    return docker("logs", `${this.name}-traefik`);
  }

  /** What Traefik has complained about. */
  complaints(): string[] {
    return this.log()
      .split("\n")
      .filter((line) => line.includes('"level":"error"'));
  }

  /** Leaves nothing behind. */
  stop(): void {
    for (const part of ["traefik", "blue", "green"])
      docker("rm", "--force", `${this.name}-${part}`);
    docker("network", "rm", this.name);
    rmSync(this.directory, { recursive: true });
  }

  private run(part: string, ...args: string[]): void {
    docker(
      "run",
      "--detach",
      ...label(),
      "--name",
      `${this.name}-${part}`,
      "--network",
      this.name,
      ...args,
    );
  }

  private port(inside: number): number {
    return Number(docker("port", `${this.name}-traefik`, String(inside)).split(":").at(-1));
  }

  private async until(holds: () => Promise<boolean>, what: string): Promise<void> {
    for (const end = Date.now() + 60_000; Date.now() < end; ) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const shown = JSON.stringify(await this.routers());
    throw new Error(`not so after a minute: ${what}\n${shown}\n${this.complaints().join("\n")}`);
  }
}

function docker(...args: string[]): string {
  return execFileSync("docker", args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
}
