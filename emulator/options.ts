import { parseArgs } from "node:util";

export const HELP = `Usage: node emulator/main.ts [options]

Serves the Hetzner Cloud API on this computer. Its servers are Linux hosts in Docker containers.

  --data DIR       where the state is kept                     (default: .onebox/cloud)
  --driver NAME    docker, or api-only: no machines, instant   (default: docker)
  --port N         listen on 127.0.0.1:N                       (default: a free one, then kept)
  --image NAME     image of the servers                        (default: built from emulator/hosts)
  --no-registry    servers have no registry mirror
  --help

The endpoint and the token are in DIR/cloud.json.
`;

export interface Options {
  data: string;
  driver: "docker" | "api-only";
  port: number | null;
  image: string | null;
  registry: boolean;
  help: boolean;
}

/** Reads the command line; throws an Error whose message is fit to be shown. */
export function parseOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      data: { type: "string", default: ".onebox/cloud" },
      driver: { type: "string", default: "docker" },
      port: { type: "string" },
      image: { type: "string" },
      registry: { type: "boolean", default: true },
      help: { type: "boolean", default: false },
    },
  });
  const { data, driver, port, image, registry, help } = values;
  if (driver !== "docker" && driver !== "api-only") {
    throw new Error(`--driver must be docker or api-only, not '${driver}'`);
  }
  if (
    port !== undefined &&
    !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) < 65536)
  ) {
    throw new Error(`--port must be a number from 1 to 65535, not '${port}'`);
  }
  return {
    data,
    driver,
    port: port === undefined ? null : Number(port),
    image: image ?? null,
    registry,
    help,
  };
}
