import { expect } from "chai";
import { MadeUpVm } from "../../support/made-up-vm.ts";

/** What the database's container has said, a line each. */
const lines = {
  "a command that failed": `2026-11-26 12:00:00.000 UTC [40] LOG:  archive command failed with exit code 1
2026-11-26 12:00:00.000 UTC [40] DETAIL:  The failed archive command was: pgbackrest archive-push pg_wal/01 || { test $? -lt 128 && echo "dropped WAL file 01: the volume is nearly full" >&2; }`,
  "a volume that is nearly full": "dropped WAL file 01: the volume is nearly full",
  "pgBackRest's own limit":
    "2026-11-26 12:00:00.000 P00   WARN: dropped WAL file '01' because archive queue exceeded 2GB",
};

describe("log that was given up", () => {
  for (const [name, said] of Object.entries(lines))
    it(`is told from what is only late: ${name}`, async () => {
      const vm = new MadeUpVm();
      try {
        vm.write("said", `${said}\n`);
        vm.write(
          "programs/docker",
          '#!/bin/bash\nif [ "$1" = logs ]; then cat "$STATE/said"; fi\n',
        );
        vm.program(
          "dropped",
          ["lib/environment", "release/database", "backups/backups", "backups/state"],
          "given_up ''",
        );
        expect((await vm.run("dropped")).output).to.equal(
          name === "a command that failed" ? "0\n" : "1\n",
        );
      } finally {
        vm.remove();
      }
    });
});
