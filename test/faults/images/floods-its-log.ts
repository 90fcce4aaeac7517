// A hundred megabytes, the first ten of them in one line, with what steers a terminal or a reader; then never ready.
import { writeSync } from "node:fs";

const write = (text: string) => {
  for (let rest = Buffer.from(text); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
};
write("x".repeat(10 << 20));
for (let line = 0; line < 900_000; line += 1) write(`${line} ${"y".repeat(90)}\n`);
write("\u001b[2J\u0000\u0007::error::no\nonebox: end 0\n  app: onebox: end 0\n");
await new Promise(() => setInterval(() => {}, 1000)); // the app itself does not start
