/**
 * Usage: node operator/bin/image-labels.ts REPOSITORY COMMIT EPOCH
 *
 * Prints the labels of the commit's image, KEY=value, one a line.
 */
import { imageLabels, originOf } from "../../cli/image/labels.ts";

const [directory = ".", commit = "", epoch = "0"] = process.argv.slice(2);
const remote = originOf(directory);
for (const label of imageLabels({ commit, epoch: Number(epoch), remote })) console.log(label);
