import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** `wanted` if nobody listens there on this computer's loopback, else any free port. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer().listen(wanted, "127.0.0.1");
  try {
    await once(server, "listening");
    return (server.address() as AddressInfo).port;
  } catch (error) {
    if (wanted !== 0 && (error as NodeJS.ErrnoException).code === "EADDRINUSE") return freePort();
    throw error;
  } finally {
    server.close();
  }
}
