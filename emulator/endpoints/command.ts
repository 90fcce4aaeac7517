import { readFileSync, writeFileSync } from "node:fs";
import { STATUS_PAGE, statusPage } from "./page.ts";

/** Writes what is made from the code into the status page. */
writeFileSync(STATUS_PAGE, statusPage(readFileSync(STATUS_PAGE, "utf8")));
