import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect } from "chai";
import { removePath } from "../../cli/remove.ts";

const rounds = 15;
const sockets = 200;

/** Waits for the flag, then removes what it is told of, in the order in which a directory tells it. */
const agent = `
const { parentPort, workerData: flag } = require("node:worker_threads");
const { unlinkSync } = require("node:fs");
parentPort.on("message", (paths) => {
  while (Atomics.load(flag, 0) === 0);
  for (const path of paths) try { unlinkSync(path); } catch {}
  parentPort.postMessage("done");
});`;

describe("a path is removed", () => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), "onebox-unit-"));
  });
  afterEach(() => rmSync(place, { recursive: true, force: true }));

  it("whatever it is, and when it is not there", () => {
    writeFileSync(join(place, "file"), "");
    removePath(join(place, "file"));
    removePath(join(place, "file"));
    expect(existsSync(join(place, "file"))).to.equal(false);
  });

  it("with all in it while somebody else removes something of it, as an agent does with its sockets", async () => {
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(agent, { eval: true, workerData: flag });
    const directory = join(place, "keyring");
    const paths = Array.from({ length: sockets }, (_, at) => join(directory, `${sockets - at}`));
    const left: string[] = [];
    try {
      for (let round = 0; round < rounds; round++) {
        mkdirSync(join(directory, "keys"), { recursive: true });
        for (const path of paths.toReversed()) writeFileSync(path, "");
        Atomics.store(flag, 0, 0);
        worker.postMessage(paths);
        const ended = once(worker, "message");
        Atomics.store(flag, 0, 1);
        removePath(directory);
        if (existsSync(directory)) left.push(`round ${round}`);
        await ended;
        rmSync(directory, { recursive: true, force: true });
      }
    } finally {
      await worker.terminate();
    }
    expect(left).to.deep.equal([]);
  });
});
