/** Usage: node operator/bin/print-previews.ts table|json: prints what host/preview-list wrote to stdin. */
import { text } from "node:stream/consumers";
import { parsePreviews, renderPreviews } from "../previews.ts";

const [format] = process.argv.slice(2);
const previews = parsePreviews(await text(process.stdin));
console.log(
  format === "json" ? JSON.stringify(previews, null, 2) : renderPreviews(previews, new Date()),
);
