/**
 * Usage: node operator/bin/image-labels.ts REPOSITORY COMMIT EPOCH
 *
 * Prints the labels of the commit's image, KEY=value, one a line.
 */
import { spawnSync } from "node:child_process";
import { imageLabels } from "../image-labels.ts";

const [directory = ".", commit = "", epoch = "0"] = process.argv.slice(2);
const asked = spawnSync("git", ["-C", directory, "remote", "get-url", "origin"], {
  encoding: "utf8",
});
const remote = asked.status === 0 ? asked.stdout.trim() : undefined;
for (const label of imageLabels({ commit, epoch: Number(epoch), remote })) console.log(label);
