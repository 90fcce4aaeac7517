import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as requestPlain } from "node:http";
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
  let ports: { tls: number; plain: number };
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
    const [tls, plain] = await faulty.start();
    ports = { tls, plain };
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
  function ask(method: string, way: keyof typeof ports): Promise<string> {
    const ca = readFileSync(join(place, "ca.pem"));
    return new Promise((resolve) => {
      const asked = { host, port: ports[way], method, agent: false, path: "/bucket/key" };
      const asking = way === "tls" ? request({ ...asked, ca }) : requestPlain(asked);
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
    it(`does what it says by TLS and without: ${fault ?? "none"}`, async () => {
      faulty.set(fault);
      const both = async (way: keyof typeof ports) => {
        const [got, put] = await Promise.all([ask("GET", way), ask("PUT", way)]);
        expect(got, way).to.match(reads);
        expect(put, way).to.match(writes);
      };
      await Promise.all([both("tls"), both("plain")]);
      expect(came.toSorted()).to.deep.equal([...reached, ...reached].toSorted());
    });
  }
});
