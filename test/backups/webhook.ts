import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Where alarms go. */
export class Webhook {
  readonly told: string[] = [];
  private readonly server: Server;

  constructor() {
    this.server = createServer(async (request, response) => {
      let text = "";
      for await (const part of request) text += part;
      this.told.push(JSON.parse(text).text);
      response.end();
    });
  }

  /** @returns its port */
  async start(host: string): Promise<number> {
    this.server.listen(0, host);
    await once(this.server, "listening");
    return (this.server.address() as AddressInfo).port;
  }

  stop(): void {
    this.server.close();
  }
}
