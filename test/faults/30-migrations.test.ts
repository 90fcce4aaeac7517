import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { pushImage, withMigration } from "./bad-images.ts";
import { some } from "./sample.ts";
import { expectFailure, good } from "./shared.ts";

const psql = "docker exec -e PGAPPNAME=holder onebox-stage-database psql -U app -d app";

/** The columns of the app's table, whose migration must have changed nothing. */
const columns = () => stage.onVm(`${psql} -Atc "select * from links limit 0" -P tuples_only=off`);

const faults: Record<string, () => Promise<void>> = {
  "fails ends the release": async () => {
    const before = await columns();
    const image = pushImage(stage, good[0] ?? "", "migration-fails", withMigration("fails"));
    await expectFailure(image, {
      error: /the migration failed: 29990101_fails\.ts: .*"nowhere" does not exist/,
    });
    expect(await columns()).to.equal(before);
  },

  "never ends, and says that it has, is ended in time": async () => {
    const before = await columns();
    const image = pushImage(stage, good[0] ?? "", "migration-ends", withMigration("never-ends"));
    const { output } = await expectFailure(image, {
      error: /the migration had not ended after 20 s \(app\.migrateTimeout\), so it was ended/,
      unready: true,
    });
    expect(output, "what the app says is never taken for Onebox's own").to.include(
      "  app: onebox: end 0",
    );
    expect(await columns()).to.equal(before);
    const left = "docker ps -aq --filter label=com.docker.compose.service=migrate";
    expect(await stage.onVm(left)).to.equal("");
  },

  "hangs on a table's lock ends the release in time": async () => {
    const before = await columns();
    const image = pushImage(stage, good[0] ?? "", "migration-hangs", withMigration("needs-lock"));
    const hold = "begin; lock table links in access share mode; select pg_sleep(300)";
    await stage.onVm(`${psql.replace("exec", "exec -d")} -c "${hold}"`);
    try {
      await expectFailure(image, {
        error: /the migration failed: 29990101_needs-lock\.ts: no lock to be had/,
      });
      const holding = "select count(*) from pg_stat_activity where query like '%pg_sleep(300)'";
      const still = `${holding} and pid <> pg_backend_pid()`;
      expect(await stage.onVm(`${psql} -Atc "${still}"`), "who holds the table").to.equal("1");
    } finally {
      const end = "select pg_terminate_backend(pid) from pg_stat_activity where query like";
      await stage.onVm(`${psql} -Atc "${end} '%pg_sleep(300)' and pid <> pg_backend_pid()"`);
    }
    expect(await columns()).to.equal(before);
  },
};

describe("a migration that", () => {
  for (const [what, test] of some(Object.entries(faults))) {
    it(`${what}, changes nothing, and nobody notices`, test);
  }
});
