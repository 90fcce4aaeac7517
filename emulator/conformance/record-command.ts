import { writeFileSync } from "node:fs";
import { recorded } from "./record.ts";
import { RECORDING } from "./recording.ts";

/** Writes down what the emulator's answers look like now. */
writeFileSync(RECORDING, JSON.stringify(await recorded(), null, 2));
