import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

/** Notes each container of pgBackRest's, and runs its command here. */
const docker = `#!/bin/bash
case "$*" in
  run*" chrt "*" bash -c "*)
    echo one >>"$STATE/containers"
    while [ "$1" != chrt ]; do shift; done
    exec "$@"
    ;;
esac
`;

/** As far as it knows which backups there are, and notes whether it is to remove any, and how much log. */
const pgbackrest = `#!/bin/bash
case "$*" in
  *" info") cat "$STATE/info" ;;
  *" expire") grep -oE 'retention-archive=[0-9]+' <<<"$*" >>"$STATE/log" ;;
esac
`;
const DAY = 86_400;

describe("after a backup, the log", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
    vm.write("programs/docker", docker);
    vm.write("programs/pgbackrest", pgbackrest);
    vm.write("base/env/stage/backups/pgbackrest.conf", "");
    vm.write("base/env/stage/backups/files.env", "ONEBOX_KEEP_DAYS=7\n");
  });
  afterEach(() => vm.remove());

  /** A stanza with a full backup that ended so many days ago, and one of what has changed after it. */
  const stanza = (...days: number[]) => {
    const now = Math.floor(Date.now() / 1000);
    const backup = days.flatMap((ago) =>
      ["full", "incr"].map((type, index) => ({
        timestamp: { start: now - ago * DAY - 60, stop: now - (ago - index / 10) * DAY },
        type,
      })),
    );
    return JSON.stringify([{ backup }]);
  };

  it("stays from the last full backup on that is as old as backups.keep.days, however many were made since", async () => {
    for (const [days, fulls] of [
      [[28, 21, 14, 7.1, 0.1], 2],
      [[28, 21, 14, 6.9, 0.1], 3],
      [[7.1, 0.3, 0.2, 0.1, 0], 5],
      [[0], 2], // there are not so many: all of it stays
    ] as const) {
      vm.write("info", stanza(...days));
      vm.write("log", "");
      const { code, output } = await vm.run("backup", ["incr"]);
      expect(code, output).to.equal(0);
      expect(vm.read("log"), days.join()).to.equal(`retention-archive=${fulls}\n`);
    }
  });

  it("goes in the container that has made the backup: each one's start costs requests more than its work", async () => {
    vm.write("info", stanza(8, 0.1));
    const { code, output } = await vm.run("backup", ["full"]);
    expect(code, output).to.equal(0);
    expect(vm.read("containers")).to.equal("one\n");
  });

  it("is left alone while somebody reads a backup, and goes with the next one", async () => {
    vm.write("info", stanza(28, 21, 14, 7.1, 0.1));
    vm.write("log", "");
    vm.write("stage/readers", "");
    const reader = spawn("flock", ["-s", join(vm.state, "stage/readers"), "sh", "-c", "echo; cat"]);
    await once(reader.stdout, "data");
    try {
      const { code, output } = await vm.run("backup", ["incr"]);
      expect(code, output).to.equal(0);
      expect(vm.read("log")).to.equal("");
    } finally {
      reader.stdin.end();
      await once(reader, "exit");
    }
    await vm.run("backup", ["incr"]);
    expect(vm.read("log")).to.equal("retention-archive=2\n");
  });

  it("is left alone when the storage does not say what it holds", async () => {
    const { code, output } = await vm.run("backup", ["incr"]);
    expect(code, output).to.equal(1);
    expect(vm.read("log")).to.equal("");
  });
});
