import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Stage } from "../support/stage.ts";

/** What is added to a good app's image: lines of a Dockerfile, whose context is images/. */
type Lines = string[];

/** The app with a module of images/ loaded before it. */
export const withFault = (name: string): Lines => [
  "COPY --chown=node *.ts /app/faults/",
  `CMD ["node", "--import", "/app/faults/${name}.ts", "server/main.ts"]`,
];

/** The app with one more migration, of images/migrations/. */
export const withMigration = (name: string): Lines => [
  "LABEL onebox.migrations=", // its base's label says that nothing is new
  `COPY --chown=node migrations/${name}.ts /app/server/migrations/29990101_${name}.ts`,
];

/** The good app with a layer of its own, too random to be compressed: so it has to be pulled. */
export const withWeight = (megabytes: number): Lines => [
  `RUN node -e "fs.writeFileSync('/tmp/${randomBytes(4).toString("hex")}', crypto.randomBytes(${megabytes} << 20))"`,
];

/** Builds an image on the good one, pushes it to the registry of the clone's cloud, and returns its name. */
export function pushImage(stage: Stage, good: string, name: string, lines: Lines): string {
  const reference = `${good.replace(/@.*$/, "")}:fault-${name}`;
  const docker = (args: string[], input = "") =>
    execFileSync("docker", args, { input, cwd: stage.clone.directory, stdio: "pipe" });
  docker(
    ["build", "--quiet", "--file", "-", "--tag", reference, join("test", "faults", "images")],
    [`FROM ${good}`, ...lines, ""].join("\n"),
  );
  docker(["push", "--quiet", reference]);
  return reference;
}
