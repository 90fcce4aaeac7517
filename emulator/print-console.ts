import { loadIdentity } from "./identity.ts";

/** Prints what a server wrote to its console since it was switched on: node print-console.ts DATA SERVER */
const [data = "", key = ""] = process.argv.slice(2);

/** Ends with one line. */
function refuse(line: string): never {
  process.stderr.write(`console: ${line}\n`);
  process.exit(2);
}

const identity = loadIdentity(data);
if (identity === null || key === "") refuse("which server, of a cloud that runs?");
const { endpoint, token } = identity;
const headers = { Authorization: `Bearer ${token}` };
const ask = async (method: string, path: string) => {
  const answer = await fetch(endpoint + path, { method, headers }).catch(() =>
    refuse("the local cloud is not running: scripts/cloud.sh start"),
  );
  return { status: answer.status, body: await answer.json() } as {
    status: number;
    // biome-ignore lint/suspicious/noExplicitAny: the API's answers are looked at field by field
    body: any;
  };
};

const named = await ask("GET", `/servers?name=${encodeURIComponent(key)}`);
const id = named.body.servers?.[0]?.id ?? key;
const { status, body } = await ask("POST", `/servers/${id}/actions/request_console`);
if (status !== 201) refuse(body.error.message);
const socket = new WebSocket(body.wss_url);
socket.onopen = () => socket.send(body.password);
socket.onerror = () => refuse("the console cannot be read");
socket.onmessage = ({ data }) => {
  process.stdout.write(String(data));
  socket.close();
};
