import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../config/load.ts";
import { docker } from "./storage.ts";

/** As host/backups/compose.yml has it. */
const shipped = "onebox/database:17.11-trixie";

/** The name of the database's image with further lines in its Dockerfile. */
export function imageWith(more: string): string {
  const digest = createHash("sha256").update(more).digest("hex").slice(0, 12);
  return more === "" ? shipped : `${shipped}-${digest}`;
}

/** Builds that image, as the VM does it. */
export function buildImage(image: string, more: string): void {
  build(shipped, readFileSync(join(root, "host/backups/database.dockerfile"), "utf8"));
  build(image, `FROM ${shipped}\n${more}`);
}

function build(image: string, dockerfile: string): void {
  if (docker("image", "ls", "--quiet", image) !== "") return;
  const base = ["--build-arg", "BASE=postgres:17.11-trixie"];
  execFileSync("docker", ["build", "--quiet", ...base, "--tag", image, "-"], {
    input: dockerfile,
    stdio: ["pipe", "pipe", "inherit"],
  });
}
