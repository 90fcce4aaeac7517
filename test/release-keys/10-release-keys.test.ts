import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { checkConfig } from "../../config/check.ts";
import { resolveCloud } from "../../config/cloud.ts";
import { root } from "../../config/load.ts";
import { previewHost, slugOf } from "../../config/previews.ts";
import config from "../../onebox.config.ts";
import type { Run } from "../support/clone.ts";
import { Stage } from "../support/stage.ts";
import { visit } from "../support/visit.ts";
import { Thief } from "./thief.ts";

describe("a release key", () => {
  let stage: Stage;
  let address: string;
  let first: string;
  /** By what they are for. */
  const passes: Record<string, string> = {};
  const thieves: Record<string, Thief> = {};

  /** Runs a script with a key and nothing else: without the secrets. */
  async function byKey(use: string, script: string, args: string[], env = {}): Promise<Run> {
    const identity = join(stage.clone.directory, ".gitsecret/practice.asc");
    renameSync(identity, `${identity}.away`);
    try {
      return await stage.clone.run(script, args, {
        env: { ONEBOX_RELEASE_KEY: passes[use] ?? "", ...env },
      });
    } finally {
      renameSync(`${identity}.away`, identity);
    }
  }

  const make = async (name: string, use: string) =>
    (await stage.run("release-key.sh", name, "--for", use)).stdout;
  /** A new commit's image. */
  const build = async (...args: string[]) => {
    stage.changeText();
    return (await stage.run("image.sh", ...args)).stdout.trim();
  };
  /** What of stage and prod must not change by an attack. */
  const state = () =>
    stage.onVm(
      "/opt/onebox/bin/status | cut -f 1-6; ls /opt/onebox/env; cat /root/.ssh/authorized_keys; ls /root /opt/onebox | grep -v version-",
    );

  before("deploys stage, and lets keys in", async () => {
    stage = new Stage();
    await stage.run("deploy.sh", "stage");
    ({ address, image: first } = await stage.serving());
    passes.stage = await make("ci-stage", "stage");
    passes.preview = await make("ci-preview", "preview");
    stage.clone.commit("Let release keys in");
    await stage.run("deploy.sh", "stage");
    for (const use of ["stage", "preview"]) thieves[use] = new Thief(passes[use] ?? "");
  });
  after(async () => {
    const tried = Object.values(thieves).reduce((sum, thief) => sum + thief.tried, 0);
    console.log(`    ${tried} attempts with stolen keys`);
    for (const thief of Object.values(thieves)) thief.remove();
    await stage?.remove();
  });
  const thief = (use: string) => thieves[use] as Thief;

  it("releases a commit on stage, without a secret", async () => {
    const image = await build();
    const { code, output } = await byKey("stage", "deploy.sh", ["stage", "--image", image]);
    expect(code, output).to.equal(0);
    const serving = await stage.serving();
    expect(serving.image).to.equal(image);
    expect((await visit(address, stage.host, "/version")).body).to.include(serving.release);
  });

  it("leaves a release that the next full deploy finds as its own", async () => {
    const { release } = await stage.serving();
    await stage.run("deploy.sh", "stage");
    expect((await stage.serving()).release).to.equal(release);
  });

  it("puts a preview up and takes it down, without a secret", async () => {
    const image = await build("--preview");
    stage.clone.git("branch", "--force", "feature/key");
    const args = ["feature/key", "--image", image];
    const { code, output } = await byKey("preview", "preview.sh", ["up", ...args]);
    expect(code, output).to.equal(0);
    const checked = checkConfig(config, root);
    const host = previewHost(checked, resolveCloud(checked, root), slugOf("feature/key"));
    const { status, body } = await visit(address, host, "/version");
    expect(status, body).to.equal(200);
    const { stdout } = await stage.run("preview.sh", "list");
    expect(stdout).to.include("feature/key");
    const down = await byKey("preview", "preview.sh", ["down", "feature/key"]);
    expect(down.code, down.output).to.equal(0);
    expect((await visit(address, host, "/")).status).to.equal(404);
  });

  it("runs no command, opens no shell, copies no file and forwards nothing", async () => {
    const before = await state();
    for (const [use, user] of [
      ["stage", "onebox-stage"],
      ["preview", "onebox-preview"],
    ] as const) {
      for (const command of [["id"], ["cat /etc/shadow"], ["-s", "sftp"]]) {
        const { code, said } = thief(use).ssh(user, { command });
        expect(code, said).to.equal(2);
        expect(said).not.to.match(/uid=|root:/);
      }
      expect(thief(use).ssh(user, { options: ["-tt"], command: ["bash"] }).said).not.to.match(
        /\$ $/,
      );
      expect(thief(use).copy(user).code).not.to.equal(0);
      expect(thief(use).copy(user, "-O").code).not.to.equal(0);
      const forward = ["-o", "ExitOnForwardFailure=yes"];
      for (const way of [
        ["-W", "127.0.0.1:80"],
        [...forward, "-R", "17999:127.0.0.1:22"],
        [...forward, "-R", "/tmp/sock:127.0.0.1:22"],
      ])
        expect(thief(use).ssh(user, { options: way }).code, way.join(" ")).not.to.equal(0);
    }
    expect(await state()).to.equal(before);
  });

  it("is nobody else: neither root, nor a key of another scope", () => {
    for (const [use, user] of [
      ["stage", "root"],
      ["preview", "root"],
      ["preview", "onebox-stage"],
      ["stage", "onebox-preview"],
      ["stage", "onebox-prod"],
    ] as const)
      expect(thief(use).ssh(user).said, `${use} as ${user}`).to.match(/Permission denied/);
  });

  it("says nothing that the VM would obey but its own wishes", async () => {
    const before = await state();
    const image = "127.0.0.1:1/evil@sha256:".concat("a".repeat(64));
    const commit = "b".repeat(40);
    const source = "c".repeat(64);
    const lines: Record<string, string[]> = {
      stage: [
        "",
        "release",
        "up a main x y 1 me z",
        "down x me",
        "seen; id",
        `release ${image} ${commit} me ${source} -`,
        `release $(id) ${commit} me ${source} -`,
        `release ${first};id ${commit} me ${source} -`,
        `release ${first} ${commit} a$(id) ${source} -`,
        `release ${first} ${commit} me ../../../etc/passwd -`,
        `release ${first} ${commit} me ${source} - --from /root`,
        `release ${first} ${commit} me ${source} -`,
        "x".repeat(9000),
      ],
      preview: [
        `release ${first} ${commit} me ${source} -`,
        "seen",
        "down ../../stage me",
        "down stage;id me",
        `up a ../x ${image} ${commit} 1999999999 me ${source}`,
        `up ../stage main ${image} ${commit} 1999999999 me ${source}`,
        `up a main|e${"`id`"} ${image} ${commit} 1999999999 me ${source}`,
        `up a main ${first} ${commit} 1999999999 me ${source}`,
      ],
    };
    for (const [use, wishes] of Object.entries(lines))
      for (const line of wishes) {
        const { code, said } = thief(use).wish(`onebox-${use}`, line);
        expect(code, `${line}: ${said}`).to.equal(2);
        expect(said).not.to.match(/uid=/);
      }
    expect(await state()).to.equal(before);
  });

  it("as its user on the VM, reads and starts nothing by what lies in the spool", async () => {
    const as = (command: string) =>
      stage.onVm(`su -s /bin/bash onebox-stage -c ${JSON.stringify(command)} 2>&1 || true`);
    const before = await state();
    const id = "d".repeat(32);
    const place = "/run/onebox-wishes/onebox-stage";
    await as(`ln -s /etc/shadow ${place}/spool/${id}`);
    await stage.onVm(
      `for _ in $(seq 600); do [ -e ${place}/answers/${id} ] && break; sleep 0.1; done`,
    );
    expect(await stage.onVm(`cat ${place}/answers/${id}`)).to.match(/a wish is a file\n.*end 2/);
    await as(`mkdir ${place}/spool/x; mkfifo ${place}/spool/${"e".repeat(32)}`);
    for (const command of ["ls /opt/onebox/env", "docker ps", "cat /run/onebox-wishes/taken/*"])
      expect(await as(command)).to.match(/[Pp]ermission denied|not permitted/);
    expect(await state()).to.equal(before);
  });

  it("brings no configuration, and says so", async () => {
    stage.clone.write("docker-compose.yml", `${await readCompose()}\n# changed\n`);
    const { code, output } = await byKey("stage", "deploy.sh", ["stage", "--image", first]);
    stage.clone.git("checkout", "docker-compose.yml");
    expect(code, output).to.equal(2);
    expect(output).to.match(/was deployed with another configuration/);
  });

  it("of prod takes only what stage has served", async () => {
    passes.prod = await make("ci-prod", "prod");
    stage.clone.commit("Let prod's key in");
    await stage.run("deploy.sh", "stage");
    await stage.run("deploy.sh", "prod");
    thieves.prod = new Thief(passes.prod ?? "");
    const never = await build();
    const commit = stage.clone.git("rev-parse", "HEAD");
    const source = (await stage.onVm("tail -n 1 /opt/onebox/env/prod/sources")).split(" ")[1];
    const wish = `release ${never} ${commit} me ${source} -`;
    const { code, said } = thief("prod").wish("onebox-prod", wish);
    expect(code, said).to.equal(2);
    expect(said).to.match(/stage has never served/);
    await stage.run("deploy.sh", "stage");
    const { code: ended, output } = await byKey("prod", "deploy.sh", ["prod"]);
    expect(ended, output).to.equal(0);
    expect(await stage.onVm("/opt/onebox/bin/status | grep ^prod")).to.include(never);
  });

  it("needs a signature once there is a signer, and no forged one", async () => {
    const signer = await make("main", "signer");
    stage.clone.commit("Ask for signatures");
    await stage.run("deploy.sh", "stage");
    const image = await build();
    const args = ["stage", "--image", image];
    const none = await byKey("stage", "deploy.sh", args);
    expect(none.output).to.match(/nobody has signed this image/);
    const sign = async (what: string, key: string) => {
      const { execFileSync } = await import("node:child_process");
      const script = `umask 077; d=$(mktemp -d); printf %s "$KEY" >$d/k; printf '%s\\n' "${what}" | ssh-keygen -q -Y sign -f $d/k -n onebox-image; rm -r $d`;
      const text = execFileSync("sh", ["-c", script], { env: { ...process.env, KEY: key } });
      return Buffer.from(text).toString("base64");
    };
    const commit = stage.clone.git("rev-parse", "HEAD");
    const stolen = JSON.parse(passes.stage ?? "").key as string;
    for (const [what, key] of [
      [`${image} ${commit}`, stolen],
      [`${first} ${commit}`, signer],
      [`${image} ${"0".repeat(40)}`, signer],
    ] as const) {
      const env = { SIGNATURE: await sign(what, key) };
      const { code, output } = await byKey("stage", "deploy.sh", args, env);
      expect(code, output).to.equal(2);
      expect(output).to.match(/forged, or of another image/);
    }
    const env = { SIGNATURE: await sign(`${image} ${commit}`, signer) };
    const { code, output } = await byKey("stage", "deploy.sh", args, env);
    expect(code, output).to.equal(0);
    expect((await stage.serving()).image).to.equal(image);
  });

  it("leaves a full deploy no image that nobody has signed, whatever lies under the commit's tag", async () => {
    const foreign = await build();
    const named = await stage.clone.run("deploy.sh", ["stage", "--image", foreign]);
    expect(named.code, named.output).to.equal(2);
    expect(named.output).to.match(/no signer of config\/release-keys has signed/);
    const own = await build();
    const [repository = "", digest] = foreign.split("@");
    const manifests = `http://${repository.replace("/", "/v2/")}/manifests`;
    const types = [
      ...["docker.distribution.manifest.v2", "docker.distribution.manifest.list.v2"],
      ...["oci.image.manifest.v1", "oci.image.index.v1"],
    ];
    const accept = types.map((type) => `application/vnd.${type}+json`).join(", ");
    const manifest = await fetch(`${manifests}/${digest}`, { headers: { accept } });
    const put = await fetch(`${manifests}/${stage.clone.git("rev-parse", "HEAD")}`, {
      ...{ method: "PUT", body: await manifest.text() },
      headers: { "content-type": manifest.headers.get("content-type") ?? "" },
    });
    expect(put.status).to.equal(201);
    const { output } = await stage.run("deploy.sh", "stage");
    expect(output).to.include(`the registry had another image`);
    expect((await stage.serving()).image).to.equal(own);
  });

  it("is refused once its line is gone", async () => {
    stage.clone.git("rm", "--quiet", "config/release-keys");
    stage.clone.write("config/release-keys", "# nobody\n");
    stage.clone.commit("Let nobody in");
    await stage.run("deploy.sh", "stage");
    for (const use of ["stage", "preview"])
      expect(thief(use).ssh(`onebox-${use}`).said).to.match(/Permission denied/);
    expect(await stage.onVm("getent passwd | grep -c ^onebox- || true")).to.equal("0");
  });

  async function readCompose(): Promise<string> {
    return stage.clone.git("show", "HEAD:docker-compose.yml");
  }
});
