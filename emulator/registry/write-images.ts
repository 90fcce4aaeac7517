// Usage: write-images.ts SAVED ROOT   (run by cli/local-cloud/registry.ts)
import { writeImages } from "./layout.ts";

const [saved = "", root = ""] = process.argv.slice(2);
writeImages(saved, root);
