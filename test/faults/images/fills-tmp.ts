import { appendFileSync } from "node:fs";

const block = Buffer.alloc(8 << 20, 1);
setInterval(() => appendFileSync("/tmp/full", block), 20);
