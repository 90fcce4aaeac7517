import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { daysLeft, describe as describeCertificate } from "../../../cli/certificates.ts";
import { cloudAsKnown, leaveCloud, needCloud, type OpenCloud } from "../../../cli/cloud.ts";
import { FailedError, ProblemsError, RefusedError } from "../../../cli/errors.ts";
import { isUntouched, keepsZones, loadProject, type Project } from "../../../cli/project.ts";
import type { Session } from "../../../cli/session.ts";
import { ConfigError, checkConfig } from "../../../config/check.ts";
import { resolveCloud } from "../../../config/cloud.ts";
import { root as top } from "../../../config/load.ts";
import type { DeploySecrets } from "../../../config/secrets.ts";
import hetzner from "../../fixtures/hetzner.config.ts";
import { configWith } from "../../fixtures/valid-config.ts";

describe("a project", () => {
  let root: string;
  let local: Project;
  let real: Project;
  const put = (name: string, text: string) => {
    const file = join(root, name);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "onebox-project-"));
    const of = (input: unknown): Project => {
      const config = checkConfig(input, top);
      return { config, cloud: resolveCloud(config, root) };
    };
    local = of(configWith({}));
    real = of(hetzner);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("names a file of the local cloud that was cut off, or is none, and what helps", () => {
    put(".onebox/cloud/cloud.json", "{");
    const damaged = /cloud\.json: is damaged; remove it/;
    expect(() => resolveCloud(local.config, root)).to.throw(ConfigError, damaged);
    rmSync(join(root, ".onebox/cloud/cloud.json"));
    put(".onebox/cloud/cloud.json/there", "");
    expect(() => resolveCloud(local.config, root)).to.throw(ConfigError, damaged);
    rmSync(join(root, ".onebox/cloud/cloud.json"), { recursive: true });
    execFileSync("mkfifo", [join(root, ".onebox/cloud/cloud.json")]);
    expect(() => resolveCloud(local.config, root)).to.throw(ConfigError, damaged);
  });

  it("has a configuration that is a file, and tells what it threw from what it is not", async () => {
    const problems = (name: string) =>
      loadProject(root, join(root, name)).then(
        () => [],
        (error: ProblemsError) => error.problems.map((text) => text.replace(`${root}/`, "")),
      );
    mkdirSync(join(root, "directory.ts"));
    expect(await problems("directory.ts")).to.deep.equal(["directory.ts: is no file"]);
    put("throws.ts", 'throw new Error("boom\\n✓ done")');
    expect(await problems("throws.ts")).to.deep.equal(["throws.ts: threw an error: boom"]);
    put("throws-nothing.ts", "throw null");
    expect(await problems("throws-nothing.ts")).to.deep.equal([
      "throws-nothing.ts: threw an error: null",
    ]);
    put("getter.ts", 'export default { get name() { throw new Error("boom\\nx"); } }');
    expect(await problems("getter.ts")).to.deep.equal([
      "getter.ts: config: a field of it threw an error: boom",
    ]);
    put("promise.ts", 'export default Promise.reject(new Error("boom"))');
    expect(await problems("promise.ts")).to.deep.equal([
      "promise.ts: its default export is a promise; write: export default await",
    ]);
    put("lacks.ts", 'import "./nowhere.ts"; export default {}');
    expect((await problems("lacks.ts"))[0]).to.match(/^lacks\.ts: cannot be read as TypeScript: /);
  });

  it("is untouched while its state would lie here and does not", () => {
    expect(isUntouched(local, root)).to.equal(true);
    expect(isUntouched(real, root)).to.equal(false);
    put(`.onebox/state/${local.config.name}/server.tfstate`, "{}");
    expect(isUntouched(local, root)).to.equal(false);
  });

  it("keeps zones only where the configuration names some", () => {
    expect(keepsZones(local)).to.equal(false);
  });

  it("that is wrong tells every problem, with the file that it is in", async () => {
    const refusal = async (file: string) => {
      const error = await loadProject(top, join(top, file)).catch((e) => e);
      expect(error).to.be.instanceOf(ProblemsError);
      return error.problems as string[];
    };
    const broken = await refusal("test/fixtures/broken.config.ts");
    expect(broken).to.have.length(5);
    for (const line of broken) expect(line).to.match(/^test\/fixtures\/broken\.config\.ts: /);
    expect(await refusal("nowhere.ts")).to.deep.equal([`${top}/nowhere.ts: no such file`]);
  });

  describe("'s cloud", () => {
    const session = () => ({ root, secrets: root, processes: undefined }) as unknown as Session;
    const deploy = {
      ...{ token: "t", dnsToken: "", deployKey: "k", backups: { key: "" } },
    } as DeploySecrets;
    const putCloud = (more: object) => {
      const cloud = { id: "a1", endpoint: "", registry: null, token: "", pid: null, ...more };
      put(".onebox/cloud/cloud.json", JSON.stringify(cloud));
    };

    it("has the token of the secrets, for the zones too unless they have one", () => {
      expect(cloudAsKnown(session(), real, deploy)).to.include({ token: "t", zonesToken: "t" });
      const apart = cloudAsKnown(session(), real, { ...deploy, dnsToken: "d" });
      expect(apart).to.include({ token: "t", zonesToken: "d" });
    });

    it("on this computer has its own, and none before it was started", () => {
      expect(cloudAsKnown(session(), local, deploy).token).to.equal("");
      putCloud({ token: "own" });
      expect(cloudAsKnown(session(), local, deploy)).to.include({
        token: "own",
        zonesToken: "own",
      });
    });

    it("is needed only where it is on this computer, and runs while its process does", () => {
      needCloud(real, root);
      expect(() => needCloud(local, root)).to.throw(RefusedError, "cloud.sh start");
      putCloud({ pid: process.pid });
      needCloud(local, root);
      putCloud({ pid: "1" });
      expect(() => needCloud(local, root)).to.throw(
        FailedError,
        /cloud\.json cannot be read: pid: /,
      );
    });

    it("that is a real one stays as it is", async () => {
      const step = { note: "", progress: () => {}, output: () => {} };
      const open: OpenCloud = { ...real, token: "t", zonesToken: "t" };
      await leaveCloud(session(), open, step); // it has no processes to start anything with
      expect(step.note).to.equal("nothing of ours is left");
    });
  });
});

describe("a certificate", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const days = (count: number) => new Date(now.getTime() + count * 86_400_000);
  const told = (until: Date | undefined, shortlived = false) =>
    describeCertificate({ host: "shop.test", trouble: "ECONNREFUSED", until }, now, shortlived);

  it("is good while there is time enough to renew it", () => {
    expect(told(days(daysLeft(false)))).to.deep.equal({ good: true, line: "shop.test for 7 days" });
    expect(told(days(2), true).good).to.equal(true);
    expect(told(days(6)).line).to.match(/^error: the certificate of shop\.test ends in 6 days/);
  });

  it("that is not there is told of with the reason", () => {
    expect(told(undefined)).to.deep.equal({
      ...{ good: false, line: "error: shop.test has no certificate: ECONNREFUSED" },
    });
  });
});
