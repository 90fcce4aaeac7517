import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer as createProxy, request } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { certify } from "./self-signed.ts";

/** The entry point to the local cloud for a program that only knows https://api.hetzner.cloud. */
export interface EntryPoint {
  /** The HTTPS proxy to use. */
  proxy: string;
  /** File with the certificate to trust. */
  certificate: string;
  close: () => void;
}

/**
 * Opens it: a proxy that ends TLS itself, with a certificate of its own, and asks the local cloud's API.
 *
 * @param place directory for its key and certificate
 * @param endpoint the API's URL
 * @param port 0: a free one
 */
export async function openEntryPoint(
  place: string,
  endpoint: string,
  address: string,
  port: number,
): Promise<EntryPoint> {
  const [key, certificate] = [join(place, "door.key"), join(place, "door.pem")];
  if (!existsSync(certificate)) certify(key, certificate, "DNS:api.hetzner.cloud");
  const inside = createServer(
    { key: readFileSync(key), cert: readFileSync(certificate) },
    (asked, answer) => {
      const { method, headers, url = "" } = asked;
      const to = new URL(url, endpoint);
      const ask = request(to, { method, headers: { ...headers, host: to.host } }, (found) => {
        answer.writeHead(found.statusCode ?? 502, found.headers);
        found.pipe(answer);
      });
      ask.on("error", () => answer.destroy());
      asked.pipe(ask);
    },
  );
  const proxy = createProxy().on("connect", ({ url }, socket: Socket) => {
    if (url !== "api.hetzner.cloud:443") return void socket.destroy();
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    inside.emit("connection", socket);
  });
  proxy.listen(port, address);
  await once(proxy, "listening");
  return {
    proxy: `http://${address}:${(proxy.address() as AddressInfo).port}`,
    certificate,
    close: () => {
      inside.closeAllConnections();
      proxy.close();
      proxy.closeAllConnections();
    },
  };
}
