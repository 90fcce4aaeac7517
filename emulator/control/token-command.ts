import { parseArgs } from "node:util";
import { type ControlClient, ControlError } from "./client.ts";

const help = (program: string) => `Usage: ${program} token COMMAND
  create PROJECT [--read-only] [--name TEXT]   prints a new token, which cannot be shown again
  list                                         who may do what, without the tokens themselves
  remove ID

A project comes to be by its first token. Tokens of different projects do not see each other's
resources. The token of cloud.json is for the project "default" and stays.
`;

interface TokenRow {
  id: number;
  project: string;
  access: string;
  name: string;
  token?: string;
}

async function run(args: string[], connect: () => ControlClient): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { "read-only": { type: "boolean" }, name: { type: "string" } },
  });
  const [command, subject, ...rest] = positionals;
  if (rest.length > 0) throw new ControlError(`unknown: '${rest[0]}' (token --help)`);
  if (command === "list" && subject === undefined) {
    const { tokens } = (await connect()("GET", "/tokens")) as { tokens: TokenRow[] };
    for (const { id, project, access, name } of tokens) {
      console.log(`${id}  ${project}  ${access}  ${name}`.trimEnd());
    }
  } else if (command === "create" && subject !== undefined) {
    const access = values["read-only"] === true ? "read" : "read_write";
    const wish = { project: subject, access, name: values.name };
    const { token } = (await connect()("POST", "/tokens", wish)) as { token: TokenRow };
    console.log(token.token);
  } else if (command === "remove" && subject !== undefined) {
    await connect()("DELETE", `/tokens/${encodeURIComponent(subject)}`);
  } else throw new ControlError("which command? create PROJECT, list or remove ID (token --help)");
}

export const tokenCommand = { help, run };
