/**
 * Usage: node operator/bin/steady-image.ts DIR REPOSITORY COMMIT EPOCH KEY=value...
 *
 * Reads what Docker tells of the commit's image, DIR.inspected and DIR.history, and prints the image's id.
 * One that holds the moment of its build gets another: what is in DIR is then what `docker load` takes for the
 * same layers with a configuration that no build changes, and with the labels of the commit and those given.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageLabels } from "../../cli/image/labels.ts";
import { steadyImage } from "../../cli/image/steady.ts";
import { originOf } from "../origin.ts";

const [dir = "", repository = "", commit = "", seconds = "0", ...more] = process.argv.slice(2);
const epoch = Number(seconds);
const labels = [...imageLabels({ commit, epoch, remote: originOf(repository) }), ...more];
const read = (name: string) => readFileSync(`${dir}.${name}`, "utf8");
const { id, files } = steadyImage(read("inspected"), read("history"), { epoch, labels });
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, name), text);
}
console.log(id);
