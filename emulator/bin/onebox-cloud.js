#!/usr/bin/env node
// Node strips no types under node_modules: a package holds the compiled program, a clone the program itself.
import { existsSync } from "node:fs";

const source = new URL("../main.ts", import.meta.url);
await import(existsSync(source) ? source.href : "../dist/main.js");
