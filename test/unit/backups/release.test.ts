import { expect } from "chai";
import { backs, standing } from "../../../cli/release/environment.ts";
import { type Parts, renderRelease } from "../../../cli/release/files.ts";
import { checkConfig } from "../../../config/check.ts";
import { type Objects, resolveCloud } from "../../../config/cloud.ts";
import { root } from "../../../config/load.ts";
import type { ConfigInput } from "../../../config/schema.ts";
import { checkDeploySecrets } from "../../../config/secrets.ts";
import { configWith } from "../../fixtures/valid-config.ts";
import { problemsOf } from "../../support/problems.ts";

type Settings = NonNullable<ConfigInput["backups"]>;
const settings: Settings = { bucket: "shop-backups", location: "nbg1" };
const hetzner = (backups: Settings | undefined = settings) =>
  checkConfig(
    configWith({
      cloud: "hetzner",
      hetzner: {
        domain: "shop.test",
        repository: "ghcr.io/acme/shop",
        state: { bucket: "shop-state", location: "fsn1" },
      },
      ...(backups && { backups }),
    }),
    root,
  );
const secrets = {
  key: "k".repeat(32),
  accessKey: "ACCESS",
  secretKey: "SECRET",
  notify: "",
  mail: undefined,
};

function render(changes: Partial<Settings> = {}, key = secrets.key, notify = "") {
  const config = hetzner({ ...settings, ...changes });
  const cloud = resolveCloud(config, root);
  const parts: Parts = {
    app: config.app,
    environment: standing(config, cloud, "prod"),
    compose: {},
    variables: [],
    login: {},
    backups: {
      settings: config.backups as NonNullable<typeof config.backups>,
      objects: cloud.backups as Objects,
      secrets: { ...secrets, key, notify },
      name: "shop",
      volumeSize: 40,
    },
  };
  const image = { image: `ghcr.io/acme/shop@sha256:${"0".repeat(64)}`, commit: "unknown" };
  return renderRelease(parts, image, { by: "me" }, "x".repeat(32));
}

describe("a release of a database that is backed up", () => {
  it("brings pgBackRest's configuration: encrypted, to Hetzner's storage, as the environment's own stanza", () => {
    const lines = render().files["pgbackrest.conf"]?.split("\n") ?? [];
    expect(lines).to.include.members([
      "repo1-s3-endpoint=nbg1.your-objectstorage.com",
      "repo1-storage-port=443",
      "repo1-s3-bucket=shop-backups",
      "repo1-path=/shop",
      "repo1-cipher-type=aes-256-cbc",
      `repo1-cipher-pass=${secrets.key}`,
      "archive-push-queue-max=10GiB",
      "[prod]",
    ]);
    expect(lines.some((line) => line.startsWith("repo1-storage-ca-file"))).to.equal(false);
  });

  it("has several connections bring back what somebody waits for, and one store it", () => {
    const sections = (render().files["pgbackrest.conf"] ?? "").split("\n\n");
    const several = sections.filter((section) => section.includes("process-max=4"));
    expect(several.map((section) => section.split("\n")[0])).to.deep.equal([
      "[global:restore]",
      "[global:archive-get]",
    ]);
  });

  it("brings where an alarm is told, and nothing where nobody is to be told", () => {
    expect(render().files).to.not.have.property("alarm-webhook");
    const told = render({}, secrets.key, "https://alarm.test/x").files;
    expect(told["alarm-webhook"]).to.equal("https://alarm.test/x");
  });

  it("brings restic's, too: the same bucket, key, login and retention", () => {
    expect(render().files["files.env"]?.split("\n")).to.include.members([
      "RESTIC_REPOSITORY=s3:https://nbg1.your-objectstorage.com:443/shop-backups/shop/files/prod",
      `RESTIC_PASSWORD=${secrets.key}`,
      `AWS_ACCESS_KEY_ID=${secrets.accessKey}`,
      "ONEBOX_KEEP_DAYS=7",
      "ONEBOX_KEEP_WEEKS=4",
    ]);
  });

  it("keeps backups for all of its weeks and days, however many are made", () => {
    const kept = (days: number, weeks: number) => {
      const text = render({ keep: { days, weeks } }).files["pgbackrest.conf"] ?? "";
      return /^repo1-retention-full-type=time\nrepo1-retention-full=(\d+)$/m.exec(text)?.[1];
    };
    expect([kept(7, 4), kept(30, 1)]).to.deep.equal(["28", "30"]);
  });

  it("is another release when the key or the check differs", () => {
    const names = [render(), render({ check: "SELECT true" }), render({}, "l".repeat(32))];
    expect(new Set(names.map(({ name }) => name)).size).to.equal(3);
    expect(names[1]?.files["check.sql"]).to.equal("SELECT true\n");
  });

  it("has none of it where nothing is configured, or there is no database", () => {
    const config = hetzner(undefined);
    const { app } = config;
    expect(backs({ app, backups: undefined })).to.equal(false);
    const backups = hetzner().backups;
    expect(backs({ app, backups })).to.equal(true);
    expect(backs({ app: { ...app, database: false }, backups })).to.equal(false);
  });
});

describe("backups in the configuration", () => {
  const wrong = (changes: object) =>
    problemsOf(() => hetzner({ ...settings, ...changes } as Settings));

  it("have a bucket, and days and weeks", () => {
    expect(wrong({ bucket: "A" }).join()).to.match(
      /^backups\.bucket: must be a bucket's name such/,
    );
    expect(wrong({ keep: { days: 0 } })).to.deep.equal(["backups.keep.days: must be at least 1"]);
    expect(wrong({ check: "SELECT 1;\n\\! id" }).join()).to.include("one line of SQL");
    expect(wrong({ every: "day" }).join()).to.match(/^backups: unknown field every;/);
  });

  it("are refused where there is no database", () => {
    const { app, previews: _, ...rest } = configWith({ backups: settings });
    const without = { ...app, database: false, migrate: [], migrations: "", secrets: [] };
    expect(problemsOf(() => checkConfig({ ...rest, app: without }, root)).join()).to.match(
      /^backups: there is nothing to back up, as app\.database is false/,
    );
  });

  it("need a key and a login at Hetzner, and none in the local cloud", () => {
    const missing = (config: ReturnType<typeof hetzner>) =>
      problemsOf(() => checkDeploySecrets({}, config)).filter((line) => line.includes("BACKUP"));
    expect(missing(hetzner())).to.deep.equal([
      ".env: BACKUP_KEY is missing",
      ".env: BACKUP_ACCESS_KEY is missing",
      ".env: BACKUP_SECRET_KEY is missing",
    ]);
    expect(missing(checkConfig(configWith({ backups: settings }), root))).to.deep.equal([]);
    const short = problemsOf(() => checkDeploySecrets({ BACKUP_KEY: "short" }, hetzner()));
    expect(short).to.include(".env: BACKUP_KEY must have at least 32 characters, without spaces");
  });
});
