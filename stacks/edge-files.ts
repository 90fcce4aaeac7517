import { readFileSync } from "node:fs";
import type { Cloud } from "../config/cloud.ts";
import { OVERVIEW } from "../config/hosts.ts";
import { previewHost } from "../config/previews.ts";
import { proxiesOf } from "../config/proxies.ts";
import { certifiedWildcardOf } from "../config/records.ts";
import type { Config } from "../config/schema.ts";
import { longestUpload } from "../config/uploads.ts";
import { renderOverviewRoutes } from "./overview-routes.ts";
import {
  boundUploads,
  renderProxy,
  renderSecureEntry,
  renderShared,
  renderTraefik,
  trustProxies,
} from "./traefik.ts";

/** The images that toolchain/checksums lists, a line for each as host/edge/take-listed reads it. */
export function listedImages(checksums: string): string {
  const lines = [...checksums.matchAll(/^([0-9a-f]{64}) {2}([a-z0-9][a-z0-9./_-]*:[\w.-]+)$/gm)];
  return lines.map(([, digest, image]) => `${digest} ${image}\n`).join("");
}

/** What takes the place of files in traefik/, or comes beside them, for this configuration; by paths below it. */
export function edgeFiles(
  config: Config,
  cloud: Cloud,
): { destination: string; content: string }[] {
  const { ca, proof } = cloud;
  const wildcard = certifiedWildcardOf(config, cloud);
  const read = (file: string) => readFileSync(`traefik/${file}`, "utf8");
  const trusting = trustProxies(read("traefik.yml"), proxiesOf(config));
  const plain = boundUploads(trusting, longestUpload(config));
  const traefik =
    config.https === undefined
      ? plain
      : renderTraefik(plain, {
          ca,
          email: config.https.email,
          profile: ca.profiles ? config.https.profile : undefined,
          proof: wildcard === undefined ? undefined : proof,
        });
  const trusted = [
    ...(config.https && ca.api ? [ca.api] : []),
    ...(wildcard && proof.entryPoint ? [proof.entryPoint.certificate] : []),
  ].map((file) => readFileSync(file, "utf8"));
  const files = {
    "overview.routes":
      config.previews &&
      renderOverviewRoutes({
        host: previewHost(config, cloud, OVERVIEW),
        https: config.https !== undefined,
        certified: wildcard !== undefined,
        allow: config.previews.allow,
        proxies: proxiesOf(config),
        address: `${config.https === undefined ? "http" : "https"}://${previewHost(config, cloud, "@slug@")}`,
        template: read("overview.html"),
      }),
    "traefik.yml": traefik === read("traefik.yml") ? undefined : traefik,
    "check.yml": config.https && renderSecureEntry(plain),
    "routes/onebox.yml": wildcard && renderShared(read("routes/onebox.yml"), wildcard),
    images:
      (cloud.official && listedImages(readFileSync("toolchain/checksums", "utf8"))) || undefined,
    "authority.pem": trusted.length > 0 ? trusted.join("") : undefined,
    "proxy.env": wildcard && proof.entryPoint && renderProxy(proof.entryPoint.proxy, ca.directory),
  };
  return Object.entries(files).flatMap(([destination, content]) =>
    content === undefined ? [] : [{ destination, content }],
  );
}
