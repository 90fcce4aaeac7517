import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { begin, end, site, storage } from "./scene.ts";

describe("an alarm", () => {
  const told: string[] = [];
  let server: Server;

  before(async () => {
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (part) => {
        text += part;
      });
      request.on("end", () => {
        told.push(JSON.parse(text).text);
        response.end();
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    await begin();
    site.webhook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`;
    site.configure();
    await site.must("backup", "full");
    await site.must("drill");
  });
  after(() => {
    end();
    server.close();
  });

  /** What is told when it is so many seconds later. */
  async function tells(seconds = 0): Promise<string[]> {
    told.length = 0;
    site.later = seconds;
    await site.must("alarm");
    site.later = 0;
    return [...told];
  }

  it("is not given while all is well", async () => {
    expect(await tells()).to.deep.equal([]);
  });

  it("comes within ten minutes when the storage takes nothing, once, and ends when all is well", async () => {
    storage.refuse();
    const late = "its log is not stored; the newest writes would be lost with the VM";
    try {
      await site.sql("INSERT INTO links (url) VALUES ('x'); SELECT pg_switch_wal()");
      expect((await tells(300)).join()).to.include(`backups of ${site.environment}: ${late}`);
      expect(await tells(600)).to.deep.equal([]);
      // By then it may be known why.
      expect((await tells(90_000)).join()).to.match(
        /^backups of \S+ its log is not stored; .*VM( \(.*\))?$/,
      );
    } finally {
      storage.resume();
    }
    await site.must("backup", "incr");
    expect(await tells()).to.deep.equal([`backups of ${site.environment}: all is well again`]);
  });

  it("comes when nothing has succeeded for too long", async () => {
    const [text = ""] = await tells(20 * 86_400);
    expect(text).to.match(/there was no backup since \S+; there was no drill since/);
    await tells();
  });

  it("names the cause of a drill that failed, whatever is in it", async () => {
    site.check = 'SELECT "no such" FROM links';
    site.configure();
    expect((await site.run("drill")).code).to.equal(1);
    const [text = ""] = await tells();
    expect(text).to.include(
      'the last drill failed: backups.check: column "no such" does not exist',
    );
  });

  it("fails by itself when nobody can be told, without its address", async () => {
    const { port } = server.address() as AddressInfo;
    site.webhook = `http://127.0.0.1:${port === 1 ? 2 : 1}/secret`;
    site.configure();
    const { code, output } = await site.run("alarm");
    site.later = 0;
    expect(code, output).to.equal(0); // it was told already
    site.later = 90_000;
    const again = await site.run("alarm");
    expect(again.code, again.output).to.equal(1);
    expect(again.output).to.include("the alarm could not be told").and.not.include("secret");
  });
});
