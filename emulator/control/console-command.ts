import { type ControlClient, ControlError, identityOf, ask as reach } from "./client.ts";

const help = (program: string) => `Usage: ${program} console SERVER

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
  const { endpoint, token } = identityOf(directory);
  const headers = { Authorization: `Bearer ${token}` };
  const ask = async (method: string, path: string): Promise<Answer> =>
    (await reach(endpoint + path, { method, headers })).json() as Promise<Answer>;
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
