import { loadIdentity } from "../identity.ts";
import { type ControlClient, ControlError } from "./client.ts";

const help = `Usage: scripts/cloud.sh console SERVER

Prints what a server, by name or id, has written to its console since it was switched on.
`;

/** As much of the API's answers as is read here. */
interface Answer {
  servers?: { id: number }[];
  wss_url?: string;
  password?: string;
  error?: { message: string };
}

async function run(args: string[], _: () => ControlClient, directory: string): Promise<void> {
  const [key, ...rest] = args;
  if (key === undefined || rest.length > 0)
    throw new ControlError("which server? (console --help)");
  const identity = loadIdentity(directory);
  if (identity === null) throw new ControlError("there is no local cloud: scripts/cloud.sh start");
  const ask = async (method: string, path: string): Promise<Answer> => {
    const headers = { Authorization: `Bearer ${identity.token}` };
    const asked = fetch(identity.endpoint + path, { method, headers });
    const answer = await asked.catch((cause) => {
      const message = "the local cloud is not running: scripts/cloud.sh start";
      throw new ControlError(message, { cause });
    });
    return (await answer.json()) as Answer;
  };
  const named = await ask("GET", `/servers?name=${encodeURIComponent(key)}`);
  const id = named.servers?.[0]?.id ?? encodeURIComponent(key);
  const access = await ask("POST", `/servers/${id}/actions/request_console`);
  const { wss_url, password, error } = access;
  if (wss_url === undefined || password === undefined) {
    throw new ControlError(error?.message ?? "the console cannot be read");
  }
  process.stdout.write(await read(wss_url, password));
}

const read = (url: string, password: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const fail = () => reject(new ControlError("the console cannot be read"));
    socket.onopen = () => socket.send(password);
    socket.onerror = fail;
    socket.onclose = fail;
    socket.onmessage = ({ data }) => {
      resolve(String(data));
      socket.close();
    };
  });

export const consoleCommand = { help, run };
