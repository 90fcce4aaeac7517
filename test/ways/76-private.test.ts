import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Run } from "../support/clone.ts";
import { htpasswd, loginOptions } from "../support/htpasswd.ts";
import { readSecrets, writeSecrets } from "../support/secrets.ts";
import { changeHeading, clone, onVm, printed, request, run, serving } from "./ways.ts";

describe("a registry that wants a login", () => {
  const [push, pull] = ["push", "pull"].map((name) => `${name}${randomBytes(12).toString("hex")}`);
  const docker = (...args: string[]) => execFileSync("docker", args, { stdio: "pipe" }).toString();
  let open: string;
  let closed: string;

  before(() => {
    const file = join(clone.directory, ".onebox/cloud/cloud.json");
    const { id, registry } = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
    open = `onebox-${id}-registry`;
    closed = `${open}-private`;
    const users = join(clone.directory, ".onebox/htpasswd");
    writeFileSync(users, htpasswd("pusher", push ?? "") + htpasswd("puller", pull ?? ""));
    // The same images at the same address, when it is started in the other one's place.
    const place = ["--network", `onebox-${id}`, "--publish", `${registry}:5000`];
    const data = ["--volume", `${open}:/var/lib/registry`, "--label", `onebox.cloud=${id}`];
    const options = [...place, ...data, ...loginOptions(users)];
    docker("create", "--name", closed, "--network-alias", open, ...options, "registry:2.8.3");
  });
  after(() => {
    docker("rm", "--force", closed);
    clone.git("checkout", "--", ".");
  });

  /** Deploys stage with these logins; the registry wants one as soon as the cloud is ready. */
  async function deploy(code: number, token: string): Promise<Run> {
    const env = (readSecrets(clone)[".env"] ?? "")
      .replace(/^REGISTRY_USER=.*$/m, "REGISTRY_USER=pusher")
      .replace(/^REGISTRY_PASSWORD=.*$/m, `REGISTRY_PASSWORD=${push}`)
      .replace(/^REGISTRY_PULL_USER=.*$/m, "REGISTRY_PULL_USER=puller")
      .replace(/^REGISTRY_PULL_TOKEN=.*$/m, `REGISTRY_PULL_TOKEN=${token}`);
    writeSecrets(clone, { ".env": env });
    let swapped = false;
    const watch = (text: string) => {
      if (swapped || !/[✓✗] cloud/.test(text)) return;
      swapped = true;
      docker("kill", open);
      docker("start", closed);
    };
    try {
      return await run(code, "deploy.sh", ["stage"], { watch });
    } finally {
      docker("stop", "--time", "1", closed);
    }
  }

  it("is pushed to by this computer and pulled from by the VM, each with a login", async () => {
    changeHeading("From a private registry");
    await deploy(0, pull ?? "");
    expect((await request("stage", "/")).body).to.include("From a private registry");
    const log = execFileSync("sh", ["-c", `docker logs ${closed} 2>&1`]).toString();
    const clients = ["node", "docker/\\S+ .*"].map(
      (agent) => new RegExp(`" 401 .*"${agent}"$`, "m"),
    );
    for (const refused of clients) expect(log).to.match(refused); // until they have said who they are
  });

  it("leaves on the VM the login that pulls, mode 0600, and never the one that pushes", async () => {
    const { release } = await serving("stage");
    const file = `/opt/onebox/env/stage/releases/${release}/config.json`;
    expect(await onVm(`stat -c '%a %U' ${file}`)).to.equal("600 root");
    const logins = await onVm(`cat ${file}`);
    expect(Buffer.from(logins.split('"')[7] ?? "", "base64").toString()).to.equal(`puller:${pull}`);
    const encoded = Buffer.from(`pusher:${push}`).toString("base64");
    const search = `grep -rlF -e ${push} -e ${encoded} /opt/onebox /root /etc/docker || echo nowhere`;
    expect(await onVm(search)).to.equal("nowhere");
  });

  it("leaves neither of them in Terraform's state, nor in what was printed", () => {
    const state = readFileSync(join(clone.directory, ".onebox/state/onebox/stage.tfstate"), "utf8");
    for (const secret of [push, pull]) {
      expect(state.includes(secret ?? "?")).to.equal(false);
      expect(printed.join("\n").includes(secret ?? "?")).to.equal(false);
    }
  });

  it("that does not know the VM's login leaves the old release serving", async () => {
    const { release } = await serving("stage");
    changeHeading("Never seen");
    const { output } = await deploy(1, "revoked");
    expect(output).to.match(/the image \S+ could not be pulled: .*(denied|unauthorized)/i);
    expect((await serving("stage")).release).to.equal(release);
  });
});
