import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { stage } from "../stage/use.ts";
import { some } from "./sample.ts";
import { expectFailure, look, other, runUnderLoad } from "./shared.ts";

/** So long may an answer take: a request is held for 30 s at most. */
const patience = 40_000;
const image = "    image: postgres:17.11-trixie\n";
const file = "docker-compose.yml";

/** Changes the database's definition in the clone. */
function change(from: string, to: string): void {
  const text = readFileSync(join(stage.clone.directory, file), "utf8");
  expect(text.split(from), from).to.have.length(2);
  stage.clone.write(file, text.replace(from, to));
}

const command = (...words: string[]) =>
  change(image, `${image}    command: ${JSON.stringify(words)}\n`);
const psql = "docker exec onebox-stage-database psql -U app -d app -Atc";
const container = () =>
  stage.onVm("docker inspect -f '{{.Id}} {{.State.StartedAt}}' onebox-stage-database");
const connections = () => stage.onVm(`${psql} 'show max_connections'`);

/** Nothing of a copy is left, nobody is held. */
async function expectTidy(): Promise<void> {
  const left =
    "docker ps -aq --filter name=stage-check; docker network ls -q --filter name=stage-check; docker volume ls -q";
  expect(
    await stage.onVm(
      `${left} --filter name=stage-check; ls -d /mnt/onebox/stage-check /opt/onebox/routes/*hold* 2>/dev/null || true`,
    ),
  ).to.equal("");
}

afterEach(() => stage.clone.git("checkout", "--", file));

const wrong: Record<string, { made: () => void; error: RegExp }> = {
  "has a word that Postgres does not know": {
    made: () => command("postgres", "-c", "nonsense=1"),
    error: /a database with the new definition does not start: .*"nonsense"/,
  },
  "names an image that no registry has": {
    made: () => change(image, "    image: postgres:17.11-nowhere\n"),
    error: /the database's new definition cannot be used: \S/,
  },
  "keeps its data elsewhere": {
    made: () => change("/data/pgdata\n", "/data/elsewhere\n"),
    error: /would begin empty: .* in postgres\/elsewhere, and stage's are in postgres\/pgdata/,
  },
  "names stage's directory whatever the environment": {
    made: () => {
      command("postgres", "-c", "max_connections=62");
      change(
        `source: /mnt/onebox/$\{ONEBOX_ENVIRONMENT}/postgres`,
        "source: /mnt/onebox/stage/postgres",
      );
    },
    error: /may write to \/mnt\/onebox\/stage\/postgres whatever the environment/,
  },
};

const allowed: Record<string, () => Promise<void>> = {
  "fails on stage's own data only is put back, and visitors wait meanwhile": async () => {
    const marker = "/var/lib/postgresql/data/pgdata/PG_VERSION";
    command(
      "sh",
      "-c",
      `if [ -e ${marker} ]; then echo FATAL: not with these data; exit 1; fi; exec docker-entrypoint.sh postgres`,
    );
    await expectFailure(await other(), {
      error: /the database did not start with its new definition: FATAL: not with these data/,
      patience,
    });
    expect(
      await stage.onVm("docker inspect -f '{{.State.Health.Status}}' onebox-stage-database"),
    ).to.equal("healthy");
    await expectTidy();
  },
  "is good restarts the database while visitors wait, and so does going back": async () => {
    const before = await look();
    const usual = await connections();
    command("postgres", "-c", "max_connections=61");
    const args = ["stage", "--image", await other()];
    const { run } = await runUnderLoad("deploy.sh", args, patience);
    expect(run.code, run.output).to.equal(0);
    expect(run.output).to.include("restarts with its new definition; requests wait for it");
    expect(await connections()).to.equal("61");
    const back = await runUnderLoad("rollback.sh", ["stage"], patience);
    expect(back.run.code, back.run.output).to.equal(0);
    expect(await look()).to.include({ release: before.release });
    expect(await connections()).to.equal(usual);
    await expectTidy();
  },
  "somebody has changed on the VM is mended by deploying what serves": async () => {
    const { image: serving } = await look();
    await stage.onVm(
      "docker rm -fv onebox-stage-database && docker run -d --name onebox-stage-database --restart always postgres:17.11-trixie nonsense",
    );
    const { code, output } = await stage.clone.run("deploy.sh", ["stage", "--image", serving]);
    expect(code, output).to.equal(0);
    expect(
      await stage.onVm("docker inspect -f '{{.State.Health.Status}}' onebox-stage-database"),
    ).to.equal("healthy");
    expect(await look()).to.include({ image: serving, result: "served" });
  },
};

describe("a database's definition that", () => {
  for (const [what, { made, error }] of some(Object.entries(wrong))) {
    it(`${what} is refused before the database is touched`, async () => {
      const before = await container();
      made();
      await expectFailure(await other(), { error });
      expect(await container()).to.equal(before);
      await expectTidy();
    });
  }

  for (const [what, seen] of some(Object.entries(allowed))) it(what, seen);
});
