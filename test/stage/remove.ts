// Usage: node test/stage/remove.ts DIRECTORY
// Removes a stage that prepare.ts made, with its cloud.
import { removeStage } from "./stages.ts";

const [directory] = process.argv.slice(2);
if (directory === undefined) {
  console.error("remove.ts: name the stage's directory");
  process.exit(2);
}
await removeStage(directory);
