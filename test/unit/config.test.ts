import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { checkConfig } from "../../config/check.ts";
import { platformOf, resolveCloud } from "../../config/cloud.ts";
import { hostOf } from "../../config/hosts.ts";
import { loadConfig, root } from "../../config/load.ts";
import broken from "../fixtures/broken.config.ts";
import hetzner from "../fixtures/hetzner.config.ts";
import shipped from "../fixtures/shipped.config.ts";
import { configWith } from "../fixtures/valid-config.ts";
import { problemsOf } from "../support/problems.ts";

const wrongIn = (input: unknown) => problemsOf(() => checkConfig(input, root));

describe("the configuration", () => {
  it("is valid as shipped, and with Hetzner's fields filled in", () => {
    expect(wrongIn(configWith({}))).to.deep.equal([]);
    expect(wrongIn(hetzner)).to.deep.equal([]);
  });

  it("reports every wrong field at once, each by its name", () => {
    const fields = wrongIn(broken).map((problem) => problem.split(":")[0]);
    expect(fields).to.deep.equal([
      "name",
      "cloud",
      "server.volumeSize",
      "app.port",
      "environments.prod.memory",
    ]);
  });

  it("takes nothing that no commit holds", () => {
    const { app } = configWith({});
    const wrong = (changes: object) => wrongIn(configWith({ app: { ...app, ...changes } }));
    expect(wrong({ context: ".git" })).to.deep.equal(["app.context: .git is in no commit"]);
    expect(wrong({ dockerfile: ".git/config" })).to.deep.equal([
      "app.dockerfile: .git/config is in no commit",
    ]);
  });

  it("wants a bucket for backups that is not the state's", () => {
    const { bucket } = hetzner.hetzner.state;
    const backups = { bucket, location: "fsn1" };
    expect(wrongIn({ ...hetzner, backups })[0]).to.match(
      /^backups\.bucket: is hetzner\.state\.bucket too/,
    );
    expect(
      wrongIn({ ...hetzner, backups: { ...backups, bucket: `${bucket}-backups` } }),
    ).to.deep.equal([]);
  });

  it("limits what a client may ask unless told otherwise, but not so that a deploy could not ask", () => {
    const { environments } = configWith({});
    const limited = (limits: object) =>
      configWith({ environments: { ...environments, stage: { ...environments.stage, limits } } });
    const { stage } = checkConfig(limited({}), root).environments;
    expect(stage.limits).to.deep.equal({
      ...{ atOnce: 2000, perSecond: 0 },
      ...{ body: 0, upload: 600, answer: 0 },
    });
    expect(wrongIn(limited({ perSecond: 100 }))).to.deep.equal([]);
    expect(wrongIn(limited({ perSecond: 10, atOnce: -1 }))).to.deep.equal([
      "environments.stage.limits.atOnce: must be at least 0",
      "environments.stage.limits.perSecond: must be 0, or 100 to 100000",
    ]);
  });

  it("names unknown fields, and the ones that were meant, or could have been", () => {
    const { app, environments, server } = configWith({});
    const { stage } = environments;
    const wrong = (changes: object) => wrongIn({ ...configWith({}), ...changes });
    expect(wrong({ clowd: "local" })).to.deep.equal([
      "config: unknown field clowd (did you mean cloud?)",
    ]);
    expect(wrong({ "clowd\n✓ done\u001b[2K": "local" }).join()).to.match(
      /^config: unknown field clowd\?✓ done\?\[2K; there is [^\n]+$/,
    );
    expect(wrong({ app: { ...app, readyness: "/", drian: 1 } })).to.deep.equal([
      "app: unknown field readyness (did you mean readiness?), drian (did you mean drain?)",
    ]);
    const limits = { atonce: 1 };
    const routes = [{ path: "/a", prot: 1 }];
    expect(
      wrong({ environments: { ...environments, stage: { ...stage, limits, routes } } }),
    ).to.deep.equal([
      "environments.stage.routes.0.port: is missing",
      "environments.stage.routes.0: unknown field prot (did you mean port?)",
      "environments.stage.limits: unknown field atonce (did you mean atOnce?)",
    ]);
    expect(wrong({ server: { ...server, size: 1 } })).to.deep.equal([
      "server: unknown field size; there is type, location, image, volumeSize, connections, upkeep",
    ]);
  });

  it("names the field inside a section that need not be there, and one that was meant", () => {
    const { server, app, dns } = { dns: {}, ...configWith({}) };
    const upkeep = (value: unknown) =>
      wrongIn({ ...configWith({}), server: { ...server, upkeep: value } });
    expect(upkeep({})).to.deep.equal(["server.upkeep.window: is missing"]);
    expect(upkeep({ window: "03:00-05:00", zoen: "UTC" })).to.deep.equal([
      "server.upkeep: unknown field zoen (did you mean zone?)",
    ]);
    expect(upkeep(true)).to.deep.equal(["server.upkeep: must be a section in { }"]);
    expect(wrongIn({ ...configWith({}), app: { ...app, args: ["A=b"] } })).to.deep.equal([
      "app.args: must be a section in { }",
    ]);
    expect(wrongIn({ ...configWith({}), dns: { ...dns, zones: [3] } })).to.deep.equal([
      "dns.zones.0: must be text in quotes",
    ]);
  });

  it("takes a window and a zone only as the VM knows them", () => {
    const { server } = configWith({});
    const upkeep = (more: object) =>
      wrongIn(configWith({ server: { ...server, upkeep: { window: "23:30-00:30", ...more } } }));
    for (const zone of ["UTC", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Etc/GMT+5"]) {
      expect(upkeep({ zone }), zone).to.deep.equal([]);
    }
    for (const [zone, meant] of [
      ["europe/berlin", "Europe/Berlin"],
      ["Europe/BERLIN", "Europe/Berlin"],
      ["US/Eastern", "America/New_York"],
      ["utc", "UTC"],
    ]) {
      expect(upkeep({ zone })).to.deep.equal([
        `server.upkeep.zone: must be a time zone such as "Europe/Berlin"; write "${meant}"`,
      ]);
    }
    expect(upkeep({ zone: "Mars" })[0]).to.match(/such as "Europe\/Berlin"$/);
    expect(upkeep({ window: "03:00-03:00" })).to.deep.equal([
      "server.upkeep.window: must not end as it begins",
    ]);
  });

  it("says one thing of a number beyond all numbers, and refuses sizes that Docker would", () => {
    const { server, environments } = configWith({});
    expect(wrongIn(configWith({ server: { ...server, volumeSize: 1e308 } }))).to.deep.equal([
      "server.volumeSize: must be at most 10240 (GB)",
    ]);
    for (const memory of ["5m", "99999999g", "256", "1.5g"]) {
      const prod = { ...environments.prod, memory };
      const [wrong] = wrongIn(configWith({ environments: { ...environments, prod } }));
      expect(wrong, memory).to.match(/^environments\.prod\.memory: must be a size/);
    }
  });

  it("has paths that name one thing only", () => {
    const { app } = configWith({});
    for (const readiness of ["//readyz", "/a/../readyz", "/./readyz", "/a//b", "readyz"]) {
      expect(wrongIn(configWith({ app: { ...app, readiness } })), readiness).to.have.length(1);
    }
    const query = `/${"health".repeat(10)}?full=true`; // a pattern that goes back and forth would take for ever
    expect(wrongIn(configWith({ app: { ...app, readiness: query } }))).to.have.length(1);
    for (const readiness of ["/", "/a/", "/.well-known/ready", "/a.b/..c"]) {
      expect(wrongIn(configWith({ app: { ...app, readiness } })), readiness).to.deep.equal([]);
    }
  });

  it("takes folders for folders, and files for files", () => {
    const { app } = configWith({});
    const wrong = (more: object) => wrongIn(configWith({ app: { ...app, ...more } }));
    expect(wrong({ context: "package.json" })).to.deep.equal([
      "app.context: package.json is no folder",
    ]);
    expect(wrong({ dockerfile: "test" })).to.deep.equal(["app.dockerfile: test is a folder"]);
    expect(wrong({ migrations: "config/load.ts" })).to.deep.equal([
      'app.migrations: config/load.ts is no folder; "" is for none',
    ]);
    expect(wrong({ migrations: "config/lode" })).to.deep.equal([
      'app.migrations: config/lode does not exist; "" is for none',
    ]);
  });

  it("asks no env file for what it may not hold", () => {
    const { app } = configWith({});
    const wrong = (secrets: string[]) => wrongIn(configWith({ app: { ...app, secrets } }));
    for (const key of ["PORT", "ONEBOX_RELEASE"]) {
      expect(wrong([key])).to.deep.equal([
        `app.secrets: ${key} is set by Onebox, so no env file may hold it`,
      ]);
    }
  });

  it("says what a field lacks in the words of the file, not of its schema", () => {
    const { name: _, app, environments, ...rest } = configWith({});
    const input = {
      ...{ ...rest, environments: { ...environments, prod: [] }, registry: 1 },
      app: { ...app, version: undefined, port: "3000", ready: 1.5, secrets: {}, database: "yes" },
    };
    expect(wrongIn(input)).to.deep.equal([
      "name: is missing",
      'registry: must be "repository" or "none"',
      "app.port: must be a number",
      "app.version: is missing",
      "app.ready: must be a whole number",
      'app.database: must be true, false or "owner"',
      "app.secrets: must be a list in [ ]",
      "environments.prod: must be a section in { }",
    ]);
  });

  it("refuses what contradicts itself", () => {
    const { app, environments } = configWith({});
    const problems = wrongIn(
      configWith({
        app: { ...app, database: false, dockerfile: "nowhere/Dockerfile" },
        environments: { ...environments, prod: environments.stage },
        server: { type: "cax11", location: "ash", image: "docker-ce", volumeSize: 10 },
      }),
    );
    expect(problems).to.have.length(5);
    expect(problems[0]).to.match(
      /^environments\.prod\.subdomain: asks for \S+, as environments\.stage\.subdomain does/,
    );
    expect(problems[1]).to.match(/^app\.migrate: .*app\.database is false/);
    expect(problems[2]).to.match(/^previews\.seed: .*app\.database is false/);
    expect(problems[3]).to.match(/^app\.dockerfile: nowhere\/Dockerfile does not exist/);
    expect(problems[4]).to.match(/^server\.type: cax11/);
  });

  it("refuses to go to Hetzner with the example's names", () => {
    const { backups } = shipped;
    const fields = wrongIn(configWith({ cloud: "hetzner", backups })).map(
      (line) => line.split(":")[0],
    );
    expect(fields).to.deep.equal(["backups.bucket", "hetzner.domain", "hetzner.repository"]);
  });

  it("is shipped with backups, on Hetzner", () => {
    expect(checkConfig(shipped, root).backups).to.equal(undefined);
    const bucket = "acme-backups";
    const backups = { ...shipped.backups, bucket, location: "nbg1" as const };
    const real = checkConfig({ ...hetzner, backups }, root);
    expect(real.backups?.bucket).to.equal(bucket);
    const here = checkConfig(configWith({ backups: { ...backups, local: true } }), root);
    expect(here.backups?.bucket).to.equal(bucket);
  });

  it("wants a registry in front of an image repository, Docker Hub's too", () => {
    const wrong = (repository: string) =>
      wrongIn({ ...hetzner, hetzner: { ...hetzner.hetzner, repository } });
    for (const repository of [
      "docker.io/you/app",
      "localhost:5000/app",
      "localhost/app",
      "ghcr.io/acme/my__app",
      "ghcr.io/acme/my--app",
    ]) {
      expect(wrong(repository), repository).to.deep.equal([]);
    }
    for (const repository of ["ghcr.io:0/a", "../app", "-.a/app", `ghcr.io/${"a".repeat(300)}`]) {
      expect(wrong(repository), repository).to.have.length(1);
    }
    expect(wrong("ghcr.io:99999/acme/app")).to.deep.equal([
      "hetzner.repository: names a port that is none",
    ]);
    for (const repository of ["you/app", "app", "localhost.evil", "ghcr.io/Acme/app"]) {
      expect(wrong(repository), repository).to.have.length(1);
      expect(wrong(repository)[0]).to.match(/^hetzner\.repository: .*"docker\.io\/you\/app"/);
    }
  });

  it("keeps paths inside the repository", () => {
    const { app } = configWith({});
    for (const context of ["/etc", "../other", "a/../../b"]) {
      expect(wrongIn(configWith({ app: { ...app, context } }))).to.have.length(1);
    }
  });

  it("knows the VM's platform, and where images go without a registry", () => {
    const arm = { ...hetzner, server: { ...hetzner.server, type: "cax11" } };
    expect(platformOf(checkConfig(arm, root))).to.equal("linux/arm64");
    expect(platformOf(checkConfig(hetzner, root))).to.equal("linux/amd64");
    const none = checkConfig({ ...hetzner, registry: "none" }, root);
    expect(resolveCloud(none, root).repository).to.match(/^127\.0\.0\.1:\d+\/onebox\/app$/);
  });

  it("has more patience with a local cloud's virtual machines", () => {
    const clone = mkdtempSync(join(tmpdir(), "onebox-config-"));
    mkdirSync(join(clone, ".onebox/cloud"), { recursive: true });
    const patience = (driver: string) => {
      writeFileSync(join(clone, ".onebox/cloud/cloud.json"), JSON.stringify({ driver }));
      return resolveCloud(checkConfig(configWith({}), root), clone).bootSeconds;
    };
    const [machines, containers] = [patience("qemu"), patience("docker")];
    rmSync(clone, { recursive: true });
    expect(machines).to.be.greaterThan(containers);
    expect(containers).to.equal(resolveCloud(checkConfig(hetzner, root), root).bootSeconds);
  });

  it("refuses paths that this computer cannot follow, by their field", async () => {
    const clone = mkdtempSync(join(tmpdir(), "onebox-config-"));
    mkdirSync(join(clone, "server/migrations"), { recursive: true });
    symlinkSync("loop", join(clone, "loop"));
    const { app } = configWith({});
    const wrong = (dockerfile: string) => {
      const changed = configWith({ app: { ...app, dockerfile, migrations: "server/migrations" } });
      return problemsOf(() => checkConfig(changed, clone));
    };
    expect(wrong("loop")).to.deep.equal([
      "app.dockerfile: loop cannot be read: too many symbolic links encountered",
    ]);
    expect(wrong("a".repeat(300))[0]).to.match(
      /^app\.dockerfile: a+ cannot be read: name too long$/,
    );
    symlinkSync("loop.ts", join(clone, "loop.ts"));
    const error = await loadConfig(join(clone, "loop.ts")).catch((e) => e);
    expect(error.problems).to.deep.equal([
      `${clone}/loop.ts: cannot be read: too many symbolic links encountered`,
    ]);
    rmSync(clone, { recursive: true });
  });

  it("takes no half of a character, which would arrive as another one", () => {
    const { app } = configWith({});
    const wrong = (changes: object) => wrongIn(configWith({ app: { ...app, ...changes } }));
    expect(wrong({ args: { A: "\ud83d" } })).to.have.length(1);
    expect(wrong({ migrate: ["node", "\ud83d"] })).to.have.length(1);
    expect(wrong({ args: { A: "🚀" }, migrate: ["node", "🚀"] })).to.deep.equal([]);
  });

  it("listens for no push that could never come", () => {
    const webhook = { subdomain: "hook", repository: "acme/shop", branch: "main" };
    const wrong = (changes: object) => wrongIn(configWith({ webhook: { ...webhook, ...changes } }));
    for (const branch of ["main", "release/1.x", "a-b", "_x"]) {
      expect(wrong({ branch }), branch).to.deep.equal([]);
    }
    for (const branch of [
      "-x",
      "a/../b",
      "refs/heads/main",
      ".x",
      "a/.b",
      "a//b",
      "a.lock",
      "a/",
      "a.",
    ]) {
      expect(wrong({ branch }), branch).to.deep.equal([
        'webhook.branch: must be a branch such as "main"',
      ]);
    }
    for (const repository of ["../..", "./shop", "acme/..", "acme/shop.git"]) {
      expect(wrong({ repository }), repository).to.have.length(1);
    }
    expect(wrong({ repository: ".github/.github" })).to.deep.equal([]);
  });

  it("refuses a webhook at an environment's host", () => {
    const webhook = { subdomain: "stage", repository: "acme/shop", branch: "main" };
    expect(wrongIn(configWith({ webhook }))).to.deep.equal([
      "webhook.subdomain: asks for stage.onebox.localhost, as environments.stage.subdomain does",
    ]);
  });

  it("gives the build its stage, arguments and secrets, but none of Onebox's own", () => {
    const { app } = configWith({});
    const wrong = (more: object) => wrongIn(configWith({ app: { ...app, ...more } }));
    const own = { target: "runtime", args: { VERSION: "1" }, buildSecrets: ["NPM_TOKEN"] };
    expect(wrong(own)).to.deep.equal([]);
    expect(wrong({ target: "--x" })[0]).to.match(/^app\.target: must be a stage/);
    expect(wrong({ args: { COMMIT: "1" } })[0]).to.match(/^app\.args\.COMMIT: must be a name/);
    expect(wrong({ args: { "A B": "1" } })[0]).to.match(/^app\.args/);
    expect(wrong({ args: { A: "\0" } })[0]).to.match(/^app\.args\.A: must be .* no NUL/);
    expect(wrong({ args: { A: "x".repeat(200_000) } })[0]).to.match(/^app\.args\.A: must be at/);
    expect(wrong({ args: { A: "several\nlines" } })).to.deep.equal([]);
    expect(wrong({ migrate: ["node", "a\0b"] })[0]).to.match(/^app\.migrate\.1: must not hold/);
    expect(wrong({ buildSecrets: ["HASH_SALT"] })).to.deep.equal([
      "app.buildSecrets: HASH_SALT is Onebox's own; no image is built with it",
    ]);
  });

  it("wants gRPC's health service asked by HTTP/2", () => {
    const { app } = configWith({});
    const readiness = "/grpc.health.v1.Health/Check";
    expect(wrongIn(configWith({ app: { ...app, readiness } }))[0]).to.match(/needs app\.protocol/);
    expect(wrongIn(configWith({ app: { ...app, readiness, protocol: "h2c" } }))).to.deep.equal([]);
  });

  it("gives each environment a host below the cloud's domain", () => {
    const config = checkConfig(hetzner, root);
    const cloud = resolveCloud(config, root);
    expect(hostOf(config, cloud, "stage")).to.equal("stage.shop.test");
    expect(hostOf(config, cloud, "prod")).to.equal("shop.test");
  });
});
