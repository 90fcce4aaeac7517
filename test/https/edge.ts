import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalCa } from "../../cli/local-ca/ca.ts";
import type { EntryPoint } from "../../cli/local-ca/entry-point.ts";
import { root } from "../../config/load.ts";
import { ROOTS, renderShared, renderTraefik, trustProxies } from "../../stacks/traefik.ts";
import { label } from "../support/label.ts";

/** Whom Traefik believes when it names a visitor. */
export const PROXY = "127.0.0.7";

/** Where Traefik listens. */
export interface Ports {
  web: number;
  secure: number;
  api: number;
}

/** What Traefik finds outside. */
export interface World {
  /** As ADDRESS:PORT. */
  nameserver: string;
  entryPoint: EntryPoint;
  /** File with the token of the API behind the entry point. */
  token: string;
}

/** Traefik as a process, from the image that VMs run, with its own configuration but for ports and places. */
export class Edge {
  readonly routes: string;
  readonly log: string;
  readonly volume: string;
  private readonly program: string;
  private readonly place: string;
  private readonly ports: Ports;
  private readonly world: World;
  private child: ChildProcess | undefined;

  /** @param stage the host below which the previews' wildcard is */
  constructor(place: string, ports: Ports, stage: string, world: World) {
    this.place = place;
    this.ports = ports;
    this.world = world;
    this.routes = join(place, "routes");
    this.log = join(place, "traefik.log");
    this.volume = join(place, "acme.json");
    this.program = join(place, "traefik");
    mkdirSync(this.routes);
    const shared = readFileSync(join(root, "traefik/routes/onebox.yml"), "utf8");
    writeFileSync(join(this.routes, "onebox.yml"), renderShared(shared, `*.${stage}`));
    const create = ["create", ...label(), "traefik:v3.7.6"];
    const id = execFileSync("docker", create, { encoding: "utf8" }).trim();
    try {
      const program = ["/traefik", "/usr/local/bin/traefik"].find((path) =>
        copies(id, path, this.program),
      );
      if (program === undefined) throw new Error("the image holds no traefik");
    } finally {
      execFileSync("docker", ["rm", id], { stdio: "ignore" });
    }
  }

  /** @param looks how often it looks at its certificates: every minute those count as due that end in 20 */
  start(
    { directory, api: trusted }: LocalCa,
    looks: "every minute" | "as on a VM" = "as on a VM",
  ): void {
    const own = readFileSync(join(root, "traefik/traefik.yml"), "utf8");
    const plain = trustProxies(own, [`${PROXY}/32`]);
    const { web, secure, api } = this.ports;
    const ca = { directory, api: trusted };
    const proof = { resolvers: [this.world.nameserver] };
    const settings = renderTraefik(plain, {
      ca,
      email: "ops@shop.test",
      profile: undefined,
      proof,
    })
      .replace('":80"', `"127.0.0.1:${web}"`)
      .replace('":443"', `"127.0.0.1:${secure}"`)
      .replace("127.0.0.1:8080", `127.0.0.1:${api}`)
      .replace("/etc/traefik/dynamic", this.routes)
      .replaceAll("/acme/acme.json", this.volume)
      .replaceAll(ROOTS, trusted)
      .replaceAll(
        "certificatesDuration: 1080",
        `certificatesDuration: ${looks === "as on a VM" ? 1080 : 12}`,
      );
    const file = join(this.place, "traefik.yml");
    writeFileSync(file, settings);
    const log = openSync(this.log, "a");
    this.child = spawn(this.program, [`--configFile=${file}`], {
      cwd: join(root, "traefik"),
      env: {
        HETZNER_API_TOKEN_FILE: this.world.token,
        HTTPS_PROXY: this.world.entryPoint.proxy,
        SSL_CERT_FILE: this.world.entryPoint.certificate,
      },
      stdio: ["ignore", log, log],
    });
  }

  /** Loses the volume with its certificates. */
  forget(): void {
    rmSync(this.volume);
  }

  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill();
    await once(child, "exit");
  }
}

function copies(id: string, from: string, to: string): boolean {
  try {
    execFileSync("docker", ["cp", `${id}:${from}`, to], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
