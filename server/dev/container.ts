import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { guard } from "./guard.ts";
import type { Started } from "./postgres.ts";

const run = promisify(execFile);

/** The image of docker-compose.yml. */
export const image = "postgres:17.11-trixie";

// The container lives as long as its standard input is open; --rm takes the rest away.
const command = "docker-entrypoint.sh postgres -c fsync=off & cat; kill -INT $!; wait";

/** Starts Postgres in a container; undefined where Docker does not answer or cannot have the image. */
export async function startContainer(
  name: string,
  tell: (text: string) => void,
): Promise<Started | undefined> {
  if (!(await docker("info"))) return undefined;
  if (!(await docker("image", "inspect", image))) {
    tell(`pulling ${image}`);
    if (!(await docker("pull", image))) return undefined;
  }
  const options = ["--rm", "--interactive", "--name", name, "--publish", "127.0.0.1::5432"];
  const settings = ["--env", "POSTGRES_HOST_AUTH_METHOD=trust"];
  const data = ["--tmpfs", "/var/lib/postgresql/data"];
  const program = ["--entrypoint", "sh", image, "-c", command];
  return {
    ...guard("docker", ["run", ...options, ...settings, ...data, ...program]),
    note: `${image}, ${name}`,
    url: () => {
      const address = execFileSync("docker", ["port", name, "5432/tcp"], { stdio: "pipe" });
      return `postgres://postgres@${address.toString().trim()}/postgres`;
    },
  };
}

const docker = (...args: string[]) =>
  run("docker", args).then(
    () => true,
    () => false,
  );
