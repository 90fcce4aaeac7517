/**
 * Usage: node operator/bin/steady-image.ts DIR REPOSITORY COMMIT EPOCH KEY=value...
 *
 * Reads what Docker tells of the commit's image, DIR.inspected and DIR.history, and prints the image's id.
 * One that holds the moment of its build gets another: DIR/manifest.json and what lies beside it are then what
 * `docker load` takes for the same layers with a configuration that no build changes, and with the labels of
 * the commit and those given. The archive names layers without holding them: the engine has them.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageLabels, isoSeconds, originOf } from "../../cli/image/labels.ts";
import { type HistoryLine, type InspectedImage, steadyConfig } from "../../cli/image/steady.ts";

const [dir = "", repository = "", commit = "", seconds = "0", ...more] = process.argv.slice(2);
const epoch = Number(seconds);
const [image] = JSON.parse(readFileSync(`${dir}.inspected`, "utf8")) as [InspectedImage];
if (image.Created === isoSeconds(epoch)) console.log(image.Id);
else console.log(writeArchive());

function writeArchive(): string {
  const history = readFileSync(`${dir}.history`, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as HistoryLine);
  const labels = [...imageLabels({ commit, epoch, remote: originOf(repository) }), ...more];
  const text = JSON.stringify(steadyConfig(image, history, epoch, labels));
  const id = createHash("sha256").update(text).digest("hex");
  const file = `${id}.json`;
  const manifest = {
    Config: file,
    RepoTags: null,
    Layers: image.RootFS.Layers.map((layer) => `${layer.replace("sha256:", "")}/layer.tar`),
  };
  mkdirSync(dir);
  writeFileSync(join(dir, file), text);
  writeFileSync(join(dir, "manifest.json"), JSON.stringify([manifest]));
  return `sha256:${id}`;
}
