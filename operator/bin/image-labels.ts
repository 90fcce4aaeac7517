/**
 * Usage: node operator/bin/image-labels.ts REPOSITORY COMMIT EPOCH
 *
 * Prints the labels of the commit's image, KEY=value, one a line.
 */
import { imageLabels } from "../../cli/image/labels.ts";
import { originOf } from "../origin.ts";

const [directory = ".", commit = "", epoch = "0"] = process.argv.slice(2);
const remote = originOf(directory);
for (const label of imageLabels({ commit, epoch: Number(epoch), remote })) console.log(label);
