import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "../../cli/certificates.ts";
import { type LocalCa, startCa, stopCa } from "../../cli/local-ca/ca.ts";
import { type EntryPoint, openEntryPoint } from "../../cli/local-ca/entry-point.ts";
import { GATEWAY, renderPreviewRoutes, WAKE_PORT } from "../../cli/release/preview-routes.ts";
import { renderRoutes } from "../../cli/release/routes.ts";
import { startCloud, type TestCloud } from "../../emulator/test/support/cloud.ts";
import { freePort } from "../../emulator/test/support/ports.ts";
import { limits, plainApp } from "../support/limits.ts";
import { Edge, type Ports } from "./edge.ts";
import { ask, type Question } from "./visitor.ts";

export const day = 86_400;
export const hosts = {
  own: "stage.shop.test",
  all: ["stage.shop.test", "shop.test"],
  redirects: ["www.shop.test"],
};
export const previews = ["one.stage.shop.test", "fix-two.stage.shop.test"];
export const everyHost = [...hosts.all, ...hosts.redirects, ...previews];
export const RELEASE = "000000000000-0000";

/** A stage and two previews behind the real Traefik, with Pebble and the local cloud's API and name server. */
export class Site {
  readonly place: string = mkdtempSync(join(tmpdir(), "onebox-https-"));
  localCa!: LocalCa;
  cloud!: TestCloud;
  edge!: Edge;
  ports!: Ports;
  /** Roots of all that the CAs have issued, PEM. */
  ca = "";
  private app!: Server;
  private entryPoint!: EntryPoint;

  /** All but Traefik. */
  async open(): Promise<void> {
    const address = "127.0.0.1";
    this.ports = {
      web: await freePort(address),
      secure: await freePort(address),
      api: await freePort(address),
    };
    this.cloud = await startCloud();
    const record = (name: string) => ({ name, type: "A", records: [{ value: address }] });
    const rrsets = ["@", "stage", "*.stage", "www"].map(record);
    await this.cloud.api.made("/zones", { name: "shop.test", mode: "primary", rrsets });
    this.entryPoint = await openEntryPoint(this.place, this.cloud.endpoint, address, 0);
    this.app = createServer(({ headers }, response) => {
      response.setHeader("X-Seen-For", headers["x-forwarded-for"] ?? "");
      response.end("the app");
    }).listen(0, address);
    await once(this.app, "listening");
    const token = join(this.place, "dns_token");
    writeFileSync(token, this.cloud.token, { mode: 0o600 });
    const world = { nameserver: this.cloud.dns, entryPoint: this.entryPoint, token };
    this.edge = new Edge(this.place, this.ports, hosts.own, world);
    this.leadToStage();
    for (const own of previews) this.leadToPreview(own);
    await this.foundCa(45 * day);
  }

  async close(): Promise<void> {
    await this.edge.stop();
    stopCa(this.place);
    this.app.close();
    this.entryPoint.close();
    await this.cloud.stop();
    rmSync(this.place, { recursive: true });
  }

  /** Starts a CA whose certificates last so long, in seconds. */
  async foundCa(lifetime: number): Promise<void> {
    const { place, cloud, ports } = this;
    const [address, nameserver, httpPort] = ["127.0.0.1", cloud.dns, ports.web];
    this.localCa = await startCa({
      place,
      address,
      nameserver,
      httpPort,
      lifetime,
      environment: process.env,
    });
    this.ca = readFileSync(this.localCa.roots, "utf8");
  }

  /** Asks by HTTPS, verified. */
  secure(host: string, more: Partial<Question> = {}) {
    return ask({ port: this.ports.secure, host, ca: this.ca, ...more });
  }

  seen(host: string) {
    return inspect(host, { host: "127.0.0.1", port: this.ports.secure }, this.ca);
  }

  async until(holds: () => Promise<boolean>, what: string, seconds = 90): Promise<void> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const log = readFileSync(this.edge.log, "utf8").slice(-3000);
    throw new Error(`not so after ${seconds} s: ${what}\n${log}`);
  }

  /** When each certificate ends, in milliseconds: another one ends later. */
  ends(): Promise<number[]> {
    return Promise.all(
      everyHost.map(async (host) => (await this.seen(host)).until?.getTime() ?? 0),
    );
  }

  certified(): Promise<void> {
    return this.until(async () => {
      const found = await Promise.all(everyHost.map((host) => this.seen(host)));
      return found.every(({ trouble }) => trouble === "");
    }, "each host has a certificate");
  }

  private leadToStage(): void {
    const routes = renderRoutes({
      environment: "stage",
      hosts,
      https: true,
      app: { ...plainApp, port: this.port },
      paths: [],
      release: RELEASE,
      limits: { of: limits, proxies: [], longest: 600 },
    }).replaceAll("http://stage-blue:", "http://127.0.0.1:");
    this.put("stage.blue", "slot.blue", routes);
    this.put("stage", "route.blue", routes);
  }

  private leadToPreview(own: string): void {
    const [slug = ""] = own.split(".");
    const routes = renderPreviewRoutes({
      environment: `preview-${slug}`,
      hosts: { own, all: [own], redirects: [] },
      https: true,
      app: plainApp,
      certified: true,
      release: RELEASE,
      allow: [],
      proxies: [],
    }).replaceAll(`http://${GATEWAY}:${WAKE_PORT}`, `http://127.0.0.1:${this.port}`);
    this.put(`preview-${slug}`, "open", routes);
  }

  /** Writes one of the rendered files to Traefik's directory; here visitors are on loopback too. */
  private put(name: string, way: string, routes: string): void {
    const line = routes.split("\n").find((candidate) => candidate.startsWith(`${way} `)) ?? "";
    const text = line.slice(way.length + 1).replaceAll("127.0.0.0/8", "127.0.0.9/32");
    writeFileSync(join(this.edge.routes, `${name}.yml`), text);
  }

  private get port(): number {
    return (this.app.address() as AddressInfo).port;
  }
}
