import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Scene } from "./scene.ts";
import { expectUpgrade, expectWayBack } from "./upgrade.ts";

/** Postgres 16 is in no suite of Debian's; the wheel of pgserver has all its programs, but for the extensions. */
const wheel = "pgserver==0.1.4";
const older = "postgres:16.2-trixie";
const shipped = "postgres:17.11-trixie";
/** Made on the VM, as if it had been pulled. Its own sockets would be in /tmp. */
const dockerfile = `FROM ${shipped}
RUN rm -rf /usr/lib/postgresql
COPY pgserver /opt/postgres/pgserver
COPY pgserver.libs /opt/postgres/pgserver.libs
RUN chmod +x /opt/postgres/pgserver/pginstall/bin/* \\
  && echo "unix_socket_directories = '/var/run/postgresql'" >/opt/postgres/sockets.conf \\
  && sed -i -e "s/^#listen_addresses = .*/listen_addresses = '*'/" -e "\\$a include '/opt/postgres/sockets.conf'" \\
    $(find /opt/postgres -name postgresql.conf.sample)
ENV PG_MAJOR=16 PGHOST=/var/run/postgresql
ENV PATH=/opt/postgres/pgserver/pginstall/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
`;
const rows = Number(process.env.ONEBOX_TEST_ROWS ?? 1_000_000);

describe("stage, whose database is of Postgres 16,", () => {
  const scene = new Scene();
  const { stage } = scene;
  let held: string;

  before("deploys it, backed up", async () => {
    await stage.run("deploy.sh", "stage"); // a VM, on which the image is made
    await bringImage();
    await stage.run("destroy.sh", "stage", "--data", "--yes");
    scene.takeDatabase(shipped, older);
    scene.configure(`{ bucket: "backups", location: "nbg1" }`);
    await stage.run("deploy.sh", "stage");
    expect(await scene.major()).to.equal("16");
    await scene.addLinks(rows);
    held = await scene.sum();
    await stage.run("backup.sh", "now", "stage");
  });
  after(() => stage.remove());

  async function bringImage(): Promise<void> {
    const place = mkdtempSync(join(tmpdir(), "onebox-sixteen-"));
    try {
      const pip = ["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"];
      const of = ["--python-version", "3.12", "--platform", "manylinux2014_x86_64"];
      execFileSync("python3", [...pip, ...of, "--dest", place, wheel], { stdio: "pipe" });
      const [file = ""] = readdirSync(place);
      execFileSync("python3", ["-m", "zipfile", "-e", file, "."], { cwd: place });
      for (const name of ["pgserver", "pgserver.libs"])
        await stage.vm.put(join(place, name), "/root/sixteen");
    } finally {
      rmSync(place, { recursive: true });
    }
    await stage.onVm(
      `cd /root/sixteen && cat >Dockerfile <<'EOF'\n${dockerfile}EOF\ndocker build -q -t ${older} . && rm -rf /root/sixteen`,
    );
  }

  it("is upgraded to 17 with all data, and backed up by what is new", async () => {
    scene.takeDatabase(older, shipped);
    await expectUpgrade(scene, "17", held);
  });

  it("goes back to the data from before, which are backed up again", async () => {
    await expectWayBack(scene, "16", held);
  });
});
