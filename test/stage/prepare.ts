// Usage: node test/stage/prepare.ts [DIRECTORY]
// Makes a stage that suites share with ONEBOX_TEST_STAGE, and prints its directory. Can be interrupted and run again.
import { prepareStage } from "./stages.ts";

console.log(await prepareStage(process.argv[2]));
