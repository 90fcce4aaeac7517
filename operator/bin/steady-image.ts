/**
 * Usage: node operator/bin/steady-image.ts DIR EPOCH
 *
 * Reads what Docker tells of an image, DIR.inspected and DIR.history, and writes into DIR what
 * `docker load` takes for the same layers with a configuration that no build changes; prints the id
 * that it gets. The archive names layers without holding them: the engine has them.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type HistoryLine, type InspectedImage, steadyConfig } from "../steady-image.ts";

const [dir = "", epoch = "0"] = process.argv.slice(2);
const [image] = JSON.parse(readFileSync(`${dir}.inspected`, "utf8")) as [InspectedImage];
const history = readFileSync(`${dir}.history`, "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as HistoryLine);

const text = JSON.stringify(steadyConfig(image, history, Number(epoch)));
const id = createHash("sha256").update(text).digest("hex");
const file = `${id}.json`;
const manifest = {
  Config: file,
  RepoTags: null,
  Layers: image.RootFS.Layers.map((layer) => `${layer.replace("sha256:", "")}/layer.tar`),
};
writeFileSync(join(dir, file), text);
writeFileSync(join(dir, "manifest.json"), JSON.stringify([manifest]));
console.log(`sha256:${id}`);
