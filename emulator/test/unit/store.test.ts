import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { SshKey } from "../../store/records.ts";
import { Store } from "../../store/store.ts";
import { temporaryDirectory } from "../support/cloud.ts";

describe("the store", () => {
  let directory: string;
  let path: string;
  let log: string;
  beforeEach(() => {
    directory = temporaryDirectory();
    path = join(directory, "state.json");
    log = join(directory, "state.log");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const add = (store: Store, name: string): SshKey => {
    const row = { id: store.nextId("ssh_keys"), created: "", name, labels: {} };
    const key = { ...row, fingerprint: "", public_key: "" };
    store.tables.ssh_keys.set(key.id, key);
    return key;
  };
  const names = (store: Store) => [...store.tables.ssh_keys.values()].map(({ name }) => name);

  it("writes what has changed, and no more", async () => {
    const store = new Store(path);
    for (let n = 0; n < 1000; n++) add(store, `key-${n}`);
    const one = add(store, "one");
    await store.commit();
    const before = statSync(log).size;
    one.labels.deep = "down";
    await store.commit();
    await store.commit();
    expect(statSync(log).size - before).to.be.within(100, 600);
    await store.close();
    const again = new Store(path);
    expect(again.tables.ssh_keys.get(one.id)?.labels).to.deep.equal({ deep: "down" });
    expect(again.nextId("ssh_keys")).to.equal(one.id + 1);
  });

  it("forgets what was deleted, and keeps projects apart", async () => {
    const store = new Store(path);
    const gone = add(store, "gone");
    add(store.of("shop"), "theirs");
    await store.commit();
    store.tables.ssh_keys.delete(gone.id);
    await store.commit();
    await store.close();
    const again = new Store(path);
    expect(names(again)).to.deep.equal([]);
    expect(names(again.of("shop"))).to.deep.equal(["theirs"]);
    expect(again.projects()).to.deep.equal(["default", "shop"]);
  });

  it("makes a snapshot when the log is long, and starts a new log", async () => {
    const store = new Store(path);
    const large = add(store, "large");
    for (let n = 0; n < 12; n++) {
      large.public_key = String(n).repeat(100_000);
      await store.commit();
    }
    expect(statSync(log).size).to.be.lessThan(1 << 20);
    add(store, "later");
    await store.commit();
    await store.close();
    const again = new Store(path);
    expect(names(again)).to.deep.equal(["large", "later"]);
    expect(again.tables.ssh_keys.get(large.id)?.public_key).to.equal("11".repeat(100_000));
  });

  it("passes over what the snapshot holds: a crash came before the log was emptied", async () => {
    const store = new Store(path);
    const key = add(store, "first");
    await store.commit();
    const line = JSON.parse(readFileSync(log, "utf8"));
    await store.close();
    const rows = { ssh_keys: [{ ...key, name: "second" }] };
    const projects = { default: rows };
    writeFileSync(path, JSON.stringify({ n: line.n + 1, version: 2, next: {}, projects }));
    expect(names(new Store(path))).to.deep.equal(["second"]);
  });

  it("does without a line that a crash has cut, and goes on after it", async () => {
    const store = new Store(path);
    add(store, "whole");
    await store.commit();
    await store.close();
    const whole = readFileSync(log, "utf8");
    for (const cut of [whole.slice(0, -9), whole.slice(0, 5), `${whole.slice(0, -9)}\n`]) {
      writeFileSync(log, whole);
      appendFileSync(log, cut);
      const next = new Store(path);
      expect(names(next)).to.deep.equal(["whole"]);
      add(next, "after");
      await next.commit();
      await next.close();
      expect(names(new Store(path))).to.deep.equal(["whole", "after"]);
    }
  });

  it("refuses a log that is damaged in the middle", async () => {
    const store = new Store(path);
    add(store, "one");
    await store.commit();
    await store.close();
    writeFileSync(log, `damaged\n${readFileSync(log, "utf8")}`);
    expect(() => new Store(path)).to.throw("line 1 of the log is damaged");
  });

  it("reads the state of the first version, which had one file and one project", async () => {
    const key = { id: 11_000_005, created: "", name: "old", labels: {} };
    const saved = { version: 1, next: { ssh_keys: 11_000_006 }, ssh_keys: [key] };
    writeFileSync(path, JSON.stringify(saved));
    const store = new Store(path);
    expect(add(store, "new").id).to.equal(11_000_006);
    await store.commit();
    await store.close();
    expect(names(new Store(path))).to.deep.equal(["old", "new"]);
  });
});
