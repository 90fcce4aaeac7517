import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseReference } from "../../cli/registry/reference.ts";

const manifestTypes =
  "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json";

interface Blob {
  digest: string;
  size: number;
}
interface Manifest {
  mediaType: string;
  config: Blob;
  layers: Blob[];
}

/** Sends a request to the registry; an answer that is no success is an error. */
async function ask(url: string, init: RequestInit = {}): Promise<Response> {
  const answer = await fetch(url, init);
  if (answer.ok) return answer;
  throw new Error(`${init.method ?? "GET"} ${url}: HTTP ${answer.status}`);
}

async function manifestOf(reference: string) {
  const { registry, repository, tag } = parseReference(reference);
  const base = `http://${registry}/v2/${repository}`;
  const url = `${base}/manifests/${tag}`;
  const answer = await ask(url, { headers: { accept: manifestTypes } });
  return { base, url, manifest: (await answer.json()) as Manifest };
}

/** Has the registry say that the image is for another processor. */
export async function relabel(reference: string, architecture: string): Promise<void> {
  const { base, url, manifest } = await manifestOf(reference);
  const config: object = (await (
    await ask(`${base}/blobs/${manifest.config.digest}`)
  ).json()) as object;
  const text = JSON.stringify({ ...config, architecture });
  const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  const upload = await ask(`${base}/blobs/uploads/`, { method: "POST" });
  const place = new URL(upload.headers.get("location") ?? "", base);
  place.searchParams.set("digest", digest);
  const type = "application/octet-stream";
  await ask(place.href, { method: "PUT", body: text, headers: { "content-type": type } });
  manifest.config = { ...manifest.config, digest, size: Buffer.byteLength(text) };
  const headers = { "content-type": manifest.mediaType };
  await ask(url, { method: "PUT", body: JSON.stringify(manifest), headers });
}

/** Takes the image's last layer out of the registry's data; the manifest goes on naming it. */
export async function loseLayer(reference: string, clone: string): Promise<void> {
  const { manifest } = await manifestOf(reference);
  const digest = manifest.layers.at(-1)?.digest.replace("sha256:", "") ?? "";
  const cloud = JSON.parse(readFileSync(join(clone, ".onebox/cloud/cloud.json"), "utf8"));
  const blob = `/var/lib/registry/docker/registry/v2/blobs/sha256/${digest.slice(0, 2)}/${digest}`;
  execFileSync("docker", ["exec", `onebox-${cloud.id}-registry`, "rm", "-r", blob]);
}
