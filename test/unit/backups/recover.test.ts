import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

/** Docker as far as it knows a database that comes to its target at once, and notes what else it is told. */
const docker = `#!/bin/bash
case "$*" in
  inspect*) echo true ;;
  exec*) sql=$(cat) && if [[ $sql == *in_recovery* ]]; then echo f; else echo "$sql" >>"$STATE/log"; fi ;;
esac
`;

const libraries = ["lib/environment", "release/database", "backups/backups", "backups/recover"];

describe("a database that is recovered", () => {
  let vm: MadeUpVm;
  beforeEach(() => {
    vm = new MadeUpVm();
  });
  afterEach(() => vm.remove());

  it("takes writes, though it took none when it was backed up", async () => {
    vm.write("programs/docker", docker);
    vm.program("recover", libraries, 'image=made-up\nrecover "$data/drill" drill');
    const { code, output } = await vm.run("recover");
    expect(code, output).to.equal(0);
    expect(vm.read("log")).to.match(/^ALTER SYSTEM RESET default_transaction_read_only; .*reload/);
  });

  it("has no end of its log where the storage does not say so, and is asked again first", async () => {
    vm.write(
      "programs/pgbackrest",
      '#!/bin/bash\necho asked >>"$STATE/log"; exit "$(<"$STATE/code")"\n',
    );
    vm.write("programs/sleep", "#!/bin/bash\n");
    vm.program("bring", libraries, 'sh -c "$(bring_log)"');
    for (const [said, meant, asked] of [
      [0, 0, 1],
      [1, 1, 1], // it is not there
      [39, 255, 5],
      [143, 143, 1], // ended, as Postgres is
    ]) {
      vm.write("code", `${said}\n`);
      vm.write("log", "");
      expect((await vm.run("bring")).code).to.equal(meant);
      expect(vm.read("log").match(/asked/g)).to.have.length(asked as number);
    }
  });

  it("is read from backups that nobody removes meanwhile", async () => {
    vm.write(
      "programs/docker",
      `#!/bin/bash\nif [ "$1" = run ]; then flock -n "$STATE/stage/readers" echo free || echo read; fi >>"$STATE/log"\n`,
    );
    vm.write("programs/install", "#!/bin/bash\n");
    vm.program("fetch", libraries, 'image=made-up TARGET=()\nfetch "$data/drill" drill');
    const { code, output } = await vm.run("fetch");
    expect(code, output).to.equal(0);
    expect(vm.read("log")).to.equal("read\n");
  });

  it("takes what there is of the processors when somebody waits for it, and little when nobody does", async () => {
    vm.write(
      "programs/docker",
      `#!/bin/bash\nif [ "$1" = run ]; then echo "$(grep -o -e '--cpus [^ ]*' <<<"$*" | tail -n 1) $(grep -o 'nice -n 19' <<<"$*")" >>"$STATE/log"; fi\n`,
    );
    vm.write("programs/install", "#!/bin/bash\n");
    vm.program(
      "fetch",
      libraries,
      'image=made-up TARGET=()\nfetch "$data/drill" drill\nSOFTLY=1 fetch "$data/drill" drill',
    );
    const { code, output } = await vm.run("fetch");
    expect(code, output).to.equal(0);
    expect(vm.read("log")).to.equal("--cpus 1.50 \n--cpus 1 nice -n 19\n"); // of two
  });

  it("goes along the timeline of what serves, or of its backup where nothing does", async () => {
    vm.write(
      "programs/docker",
      `#!/bin/bash
case "$*" in
  exec*) cat >/dev/null && cat "$STATE/timeline" ;;
  run*)
    echo "$*" | grep -o -e '--target-timeline=[^ ]*' >>"$STATE/log" || echo latest >>"$STATE/log"
    if [[ $* != *target-timeline* ]]; then echo 'target timeline 3 forked from backup timeline 2' && exit 1; fi ;;
esac
`,
    );
    vm.write("programs/install", "#!/bin/bash\n");
    vm.program("recover", libraries, 'image=made-up\ntargets\nfetch "$data/drill" drill');
    vm.write("timeline", "2\n");
    expect((await vm.run("recover")).code).to.equal(0);
    rmSync(join(vm.state, "timeline"));
    const { code, output } = await vm.run("recover");
    expect(code, output).to.equal(0);
    expect(output).to.match(/warning: the newest timeline/);
    expect(vm.read("log").trim().split("\n")).to.deep.equal([
      ...["--target-timeline=2", "latest", "--target-timeline=current"],
    ]);
  });

  it("comes from the newest backup that is in the history of what serves, ended in time, and is its own", async () => {
    const backup = (id: number, label: string, stop: number) => ({
      archive: { start: "000000010000000000000005", stop: "000000010000000000000005" },
      database: { id, "repo-key": 1 },
      ...{ label, lsn: { start: "0/5000028", stop: "0/5000138" } },
      timestamp: { start: stop - 5, stop },
    });
    const labels = ["20261120-010000F", "20261121-010000F", "20261121-010000F_20261122-010000I"];
    const info = [
      {
        archive: [{ database: { id: 2, "repo-key": 1 }, id: "17-2" }],
        backup: [
          backup(1, "20261119-010000F", 50),
          ...labels.map((label, index) => backup(2, label, 100 * (index + 1))),
          backup(2, "20261123-010000F", 400),
        ],
        db: [1, 2].map((id) => ({ id, "repo-key": 1, version: `${15 + id}` })),
      },
    ];
    vm.write("info", JSON.stringify(info));
    vm.write(
      "programs/docker",
      `#!/bin/bash
case "$*" in
  exec*) cat >/dev/null && echo 3 ;;
  *" info") cat "$STATE/info" ;;
  run*)
    set=$(grep -o -e '--set=[^ ]*' <<<"$*") || true
    echo "\${set#--set=}" >>"$STATE/log"
    case $set in
      *=${labels[0]}) ;;
      *=${labels[1]}) echo 'backup timeline 2, lsn 0/5 is not in the history of target timeline 3' && exit 1 ;;
      *) echo 'target timeline 3 forked from backup timeline 2 at 0/4 which is before backup lsn of 0/5' && exit 1 ;;
    esac ;;
esac
`,
    );
    vm.write("programs/install", "#!/bin/bash\n");
    vm.program(
      "recover",
      libraries,
      'image=made-up\ntargets --time 1970-01-01T00:06:00Z\nfetch "$data/drill" drill',
    );
    const { code, output } = await vm.run("recover");
    expect(code, output).to.equal(0);
    expect(vm.read("log").split("\n")).to.deep.equal(["", ...labels.toReversed(), ""]);
    vm.write("info", "[]");
    expect((await vm.run("recover")).code).to.equal(1); // there is none
  });

  it("begins anew beside the log of a database that was gone before its first backup", async () => {
    const upgrade = () => existsSync(join(vm.state, "data/stage/backups/another-database"));
    vm.write("programs/docker", '#!/bin/bash\nif [ "$1" = run ]; then cat "$STATE/stored"; fi\n');
    vm.program(
      "begin",
      [...libraries, "backups/files", "backups/timers", "backups/begin"],
      "image=made-up\nbegin_data new",
    );
    for (const [said, another] of [
      ["missing stanza path", false],
      ["no valid backups", true],
    ] as const) {
      vm.write("stored", `status: error (${said})\n`);
      const { code, output } = await vm.run("begin");
      expect(code, output).to.equal(0);
      expect(upgrade(), said).to.equal(another);
    }
  });

  it("waits for the log that is being stored, and for none that is not", async () => {
    vm.write("programs/sleep", "#!/bin/bash\n");
    vm.write(
      "programs/docker",
      `#!/bin/bash
sql=$(cat)
case $sql in
  *pg_switch_wal*) echo 0300 ;;
  *) # each segment is seen 25 times
    count=$(($(cat "$STATE/asked") + 1)) && echo "$count" >"$STATE/asked"
    stored=$((count / 25)) last=$(cat "$STATE/last")
    if [ "$stored" -ge 3 ]; then echo 't|0300'; elif [ "$stored" -gt "$last" ]; then echo "f|$last"; else echo "f|$stored"; fi ;;
esac
`,
    );
    vm.program("flush", libraries, "flush_log");
    for (const [last, code] of [
      ["3", 0],
      ["0", 1],
    ] as const) {
      vm.write("asked", "0\n");
      vm.write("last", `${last}\n`);
      expect((await vm.run("flush")).code).to.equal(code);
    }
  });
});
