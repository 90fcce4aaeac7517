/** Usage: node operator/bin/ci/summarise-tests.ts <OUTPUT_OF_SCRIPTS_TEST_SH */
import { readFileSync } from "node:fs";
import { renderTests } from "../../ci/summaries.ts";

process.stdout.write(renderTests(readFileSync(0, "utf8")));
