import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { certify } from "../../../cli/local-ca/self-signed.ts";
import { type Fault, FaultyObjects } from "../../../cli/local-cloud/faulty-objects.ts";

const host = "127.0.0.1";
const content = "x".repeat(1000);

describe("object storage with a fault", () => {
  const place = mkdtempSync(join(tmpdir(), "onebox-faulty-"));
  let behind: Server;
  let faulty: FaultyObjects;
  let port: number;
  /** What has come to the storage itself. */
  let came: string[];

  before(async () => {
    certify(join(place, "key.pem"), join(place, "ca.pem"), `IP:${host}`);
    const [key, cert] = ["key.pem", "ca.pem"].map((name) => readFileSync(join(place, name)));
    behind = createServer({ key, cert }, (from, to) => {
      from.resume().on("end", () => {
        came.push(from.method ?? "");
        to.end(content);
      });
    }).listen(0, host);
    await once(behind, "listening");
    faulty = new FaultyObjects(host, (behind.address() as AddressInfo).port, place);
    port = await faulty.start();
  });
  beforeEach(() => {
    came = [];
  });
  after(() => {
    faulty.stop();
    behind.close();
    behind.closeAllConnections();
    rmSync(place, { recursive: true });
  });

  /** Its status, and what it says; or what became of the connection. */
  function ask(method: string): Promise<string> {
    const ca = readFileSync(join(place, "ca.pem"));
    return new Promise((resolve) => {
      const asking = request({ host, port, ca, method, agent: false, path: "/bucket/key" });
      asking.setTimeout(faulty.fault === "hang" ? 1000 : 60_000, () =>
        asking.destroy(new Error("no answer")),
      );
      asking.on("error", (error) =>
        resolve(error.message === "no answer" ? "no answer" : "broken off"),
      );
      asking.on("response", (answer) => {
        let text = `${answer.statusCode} `;
        answer.setEncoding("utf8").on("data", (piece: string) => {
          text += piece;
        });
        answer.on("end", () => resolve(text));
        answer.on("error", () => resolve("broken off"));
      });
      asking.end(method === "PUT" ? content : undefined);
    });
  }

  const all = `200 ${content}`;
  const expected: [Fault | undefined, RegExp, RegExp, string[]][] = [
    [undefined, new RegExp(`^${all}$`), new RegExp(`^${all}$`), ["GET", "PUT"]],
    ["refuse", /^broken off$/, /^broken off$/, []],
    ["slow", new RegExp(`^${all}$`), new RegExp(`^${all}$`), ["GET", "PUT"]],
    ["full", new RegExp(`^${all}$`), /^403 .*<Code>QuotaExceeded</s, ["GET"]],
    ["cut", /^broken off$/, /^broken off$/, ["GET"]],
    ["clock", /^403 .*<Code>RequestTimeTooSkewed</s, /^403 .*<Code>RequestTimeTooSkewed</s, []],
    ["hang", /^no answer$/, /^no answer$/, []],
  ];
  for (const [fault, reads, writes, reached] of expected) {
    it(`does what it says: ${fault ?? "none"}`, async () => {
      faulty.set(fault);
      const [got, put] = await Promise.all([ask("GET"), ask("PUT")]);
      expect(got).to.match(reads);
      expect(put).to.match(writes);
      expect(came.toSorted()).to.deep.equal(reached);
    });
  }
});
