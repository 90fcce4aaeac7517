import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { selfSigned } from "../../certificates/issue.ts";

const HOST = "api.hetzner.com";

/**
 * Stands in for the host of the storage boxes, whose name the client of the provider's tests has built in: a proxy
 * that leads it, and nothing else, to a cloud. Returns the variables by which Go's programs find it and trust it.
 */
export async function leadStorageHost(directory: string, endpoint: string) {
  const { certificate: cert, private_key: key } = selfSigned([HOST], new Date());
  const trusted = join(directory, "trusted.pem");
  writeFileSync(trusted, cert);
  const { origin } = new URL(endpoint);
  const sockets = new Set<Socket>();
  const end = createTlsServer({ cert, key }, (asked, answer) => {
    const { method, headers, url = "" } = asked;
    const onward = request(origin + url, { method, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    asked.pipe(onward);
  });
  const port = await listen(end);
  const proxy = createServer().on("connect", ({ url }, client: Socket) => {
    if (url !== `${HOST}:443`) return client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    sockets.add(client);
    const through = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      client.pipe(through).pipe(client);
    });
    for (const each of [client, through]) each.on("error", () => client.destroy());
  });
  const variables = {
    HTTPS_PROXY: `http://127.0.0.1:${await listen(proxy)}`,
    SSL_CERT_FILE: trusted,
  };
  const close = () => {
    for (const server of [proxy, end]) server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { variables, close };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
