#!/usr/bin/env node
// As onebox-cloud.js: compiled in a package, as it is in a clone.
import { existsSync } from "node:fs";

const source = new URL("../control/command.ts", import.meta.url);
await import(existsSync(source) ? source.href : "../dist/control/command.js");
