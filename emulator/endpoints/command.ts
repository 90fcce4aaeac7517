import { readFileSync, writeFileSync } from "node:fs";
import { everyRoute } from "./routes.ts";
import { endpointTable, withTable } from "./table.ts";

/** Writes the table of endpoints into the documentation. */
const page = new URL("../../docs/local-cloud.md", import.meta.url);
writeFileSync(page, withTable(readFileSync(page, "utf8"), endpointTable(everyRoute())));
