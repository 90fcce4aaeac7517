import { type ControlClient, ControlError, identityOf } from "./client.ts";

const help = (program: string) => `Usage: ${program} env

Prints what clients of the cloud read: eval "$(${program} env)"
`;

async function run(args: string[], connect: () => ControlClient, directory: string): Promise<void> {
  if (args.length > 0) throw new ControlError(`unknown: '${args[0]}' (env --help)`);
  await connect()("GET", "/clock"); // it runs, and is the one that cloud.json tells of
  const { endpoint, token, dns } = identityOf(directory);
  const values = {
    HCLOUD_ENDPOINT: endpoint,
    HETZNER_ENDPOINT: endpoint, // where clients ask for storage boxes
    HCLOUD_TOKEN: token,
    ONEBOX_DNS: dns,
  };
  for (const [name, value] of Object.entries(values)) console.log(`export ${name}='${value}'`);
}

export const envCommand = { help, run };
