import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { visit } from "../../../cli/visitor.ts";

/** What a visitor gets of an app that answers like this. */
async function visitTo(app: RequestListener) {
  const directory = mkdtempSync(join(tmpdir(), "onebox-visitor-"));
  const socket = join(directory, "socket");
  const server = createServer(app).listen(socket);
  try {
    await once(server, "listening");
    const where = { scheme: "http", host: "shop.test", path: "/", address: "192.0.2.1" } as const;
    return await visit({ ...where, socket, roots: undefined });
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  }
}

describe("a visitor", () => {
  it("takes headers as large as browsers do", async () => {
    const large = "x".repeat(200_000);
    const answer = await visitTo((_, response) => response.setHeader("X-Large", large).end());
    expect(answer).to.deep.include({ status: 200 });
  });

  it("says why it gets no answer", async () => {
    const answer = await visitTo((request) => request.socket.destroy());
    expect(answer).to.deep.equal({ trouble: "socket hang up" });
  });
});
