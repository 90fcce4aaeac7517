import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Puts what the compiled program reads beside it, where the sources have it. */
const room = fileURLToPath(new URL("..", import.meta.url));
const isSource = (path: string) => path.endsWith(".ts");
for (const data of ["catalogue", "conformance/recording.json", "control/page", "hosts", "vms"]) {
  cpSync(`${room}/${data}`, `${room}/dist/${data}`, {
    recursive: true,
    filter: (path) => !isSource(path),
  });
}
