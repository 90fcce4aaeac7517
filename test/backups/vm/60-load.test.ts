import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Scene } from "./scene.ts";

describe("stage, whose data are to be those of a dump,", () => {
  const scene = new Scene();
  const { stage } = scene;
  const { clone } = stage;
  const load = () => ["stage", "load", "stage.dump", "--yes"];
  const slugs = () => scene.sql("SELECT string_agg(slug, ' ' ORDER BY slug) FROM links");
  const place = "/mnt/onebox/stage/loading";
  const isThere = async (file: string) =>
    (await stage.onVm(`test -e ${file} && echo yes || echo no`)) === "yes";

  before("deploys it, and writes one", async () => {
    await stage.run("deploy.sh", "stage");
    await scene.sql("INSERT INTO links (slug, url) VALUES ('dumped', 'https://load.invalid/')");
    await stage.run("db.sh", "stage", "dump", "stage.dump");
    expect(existsSync(join(clone.directory, "stage.dump"))).to.equal(true);
  });
  beforeEach(() =>
    scene.sql("INSERT INTO links (slug, url) VALUES ('later', 'https://load.invalid/')"),
  );
  after(() => stage.remove());

  it("has them, and its history says so", async () => {
    await stage.run("db.sh", ...load());
    expect(await slugs()).to.equal("dumped");
    expect((await stage.run("releases.sh", "stage")).stdout).to.match(/\bload\b/);
    expect(await isThere(place)).to.equal(false);
  });

  /** Begins to load, and interrupts that when the VM is at it. */
  async function interrupt(): Promise<string> {
    await stage.onVm("install -d /run/onebox/stage && touch /run/onebox/stage/hold.load");
    let signalled = false;
    const watch = (text: string, kill: (signal: NodeJS.Signals) => void) => {
      if (signalled || !/load +load/.test(text)) return;
      signalled = true;
      kill("SIGTERM");
    };
    const { code, output } = await clone.run("db.sh", load(), { watch });
    expect(code, output).to.equal(143);
    return output;
  }

  it("has them also where the command was interrupted: run again, it follows", async () => {
    expect(await interrupt()).to.include("the VM goes on with it: run it again to follow it");
    const restore = await scene.ends(3, "rollback.sh", "stage");
    expect(restore.output).to.include("runs load");
    const again = stage.run("db.sh", ...load());
    await stage.onVm("sleep 5; rm /run/onebox/stage/hold.load");
    await again;
    expect(await slugs()).to.equal("dumped");
  });

  it("keeps its own where that was ended, and has them when it is tried again", async () => {
    await interrupt();
    await stage.run("cancel.sh", "stage");
    await stage.onVm("rm /run/onebox/stage/hold.load");
    expect(await slugs()).to.equal("dumped later");
    expect(await isThere(place)).to.equal(false);
    await stage.run("db.sh", ...load());
    expect(await slugs()).to.equal("dumped");
  });

  it("keeps its own where the dump cannot be loaded, and the command says why", async () => {
    await scene.sql("CREATE ROLE reader; GRANT SELECT ON links TO reader");
    await stage.run("db.sh", "stage", "dump", "reader.dump");
    await scene.sql("DROP OWNED BY reader; DROP ROLE reader");
    const { output } = await scene.ends(1, "db.sh", "stage", "load", "reader.dump", "--yes");
    expect(output).to.match(/the data are unchanged: ERROR: +role "reader" does not exist/);
    expect(await slugs()).to.equal("dumped later");
  });
});
