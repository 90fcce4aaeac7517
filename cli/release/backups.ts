import { readFileSync } from "node:fs";
import type { Objects } from "../../config/cloud.ts";
import type { Config } from "../../config/schema.ts";
import type { BackupSecrets } from "../../config/secrets.ts";
import { alarmLimits } from "../backups/health.ts";
import type { Files } from "./identity.ts";
import { renderMail } from "./mail.ts";
import { renderLines } from "./release-env.ts";

/** What an environment's backups are described by. */
export interface Backups {
  settings: NonNullable<Config["backups"]>;
  objects: Objects;
  secrets: BackupSecrets;
  /** Of the app, as the configuration calls it. */
  name: string;
  /** Gigabytes of the volume that the databases lie on. */
  volumeSize: number;
}

/** Renders what the VM needs to back an environment's database up. */
export function renderBackups(environment: string, backups: Backups): Files {
  const { settings, objects, secrets } = backups;
  return {
    "pgbackrest.conf": renderPgBackRest(environment, backups),
    "files.env": renderRestic(environment, backups),
    ...(objects.ca !== undefined && { "objects-ca.pem": readFileSync(objects.ca, "utf8") }),
    ...(settings.check !== undefined && { "check.sql": `${settings.check}\n` }),
    "alarm-limits": renderLines(alarmLimits()),
    ...(secrets.notify !== "" && { "alarm-webhook": secrets.notify }),
    ...(secrets.mail !== undefined && { "alarm-mail": renderMail(secrets.mail) }),
  };
}

/** Environment variables for restic, which backs the files up: in the same bucket, by the same key and login. */
function renderRestic(
  environment: string,
  { settings: { keep }, objects, secrets, name }: Backups,
): string {
  const { endpoint, port, bucket, region, ca } = objects;
  const variables = {
    RESTIC_REPOSITORY: `s3:https://${endpoint}:${port}/${bucket}/${name}/files/${environment}`,
    RESTIC_PASSWORD: secrets.key,
    ...(ca !== undefined && { RESTIC_CACERT: "/etc/pgbackrest/objects-ca.pem" }),
    AWS_ACCESS_KEY_ID: secrets.accessKey,
    AWS_SECRET_ACCESS_KEY: secrets.secretKey,
    AWS_DEFAULT_REGION: region,
    ONEBOX_KEEP_DAYS: keep.days,
    ONEBOX_KEEP_WEEKS: keep.weeks,
  };
  // Docker takes each line as it is.
  return Object.entries(variables)
    .map(([key, value]) => `${key}=${value}\n`)
    .join("");
}

/**
 * pgBackRest's configuration. Backups go by their age, however many others were made since: those of `weeks` are kept.
 * host/backups/backup has them go, and with them the log from before `days`.
 */
function renderPgBackRest(
  environment: string,
  { settings, objects, secrets, name, volumeSize }: Backups,
): string {
  const { days, weeks } = settings.keep;
  const global = {
    "repo1-type": "s3",
    "repo1-path": `/${name}`,
    "repo1-s3-bucket": objects.bucket,
    "repo1-s3-endpoint": objects.endpoint,
    "repo1-s3-region": objects.region,
    "repo1-s3-uri-style": "path",
    "repo1-storage-port": objects.port,
    ...(objects.ca !== undefined && { "repo1-storage-ca-file": "/etc/pgbackrest/objects-ca.pem" }),
    "repo1-s3-key": secrets.accessKey,
    "repo1-s3-key-secret": secrets.secretKey,
    "repo1-cipher-type": "aes-256-cbc",
    "repo1-cipher-pass": secrets.key,
    "repo1-bundle": "y",
    "repo1-block": "y",
    "repo1-retention-full-type": "time",
    "repo1-retention-full": Math.max(days, weeks * 7),
    "expire-auto": "n",
    "compress-type": "zst",
    "start-fast": "y",
    "io-timeout": 15,
    // A backup needs its log stored, which waits behind that of a bulk load.
    "archive-timeout": 600,
    "log-level-console": "warn",
    "log-level-file": "off",
    // Log that cannot be stored is given up before it fills the volume: the database goes on.
    "archive-push-queue-max": `${Math.max(1, Math.floor(volumeSize / 4))}GiB`,
  };
  // Whoever restores waits for the storage more than for a processor; most of all for one segment of the log after the other.
  const restore = { "process-max": 4 };
  const get = {
    ...{ "archive-async": "y", "process-max": 4, "archive-get-queue-max": "256MiB" },
    "spool-path": "/tmp/pgbackrest",
  };
  const stanza = { "pg1-path": "/var/lib/postgresql/data/pgdata", "pg1-user": "onebox" };
  const lines = (options: Record<string, string | number>) =>
    Object.entries(options).map(([key, value]) => `${key}=${value}\n`);
  const sections: [string, Record<string, string | number>][] = [
    ["global", global],
    ["global:restore", restore],
    ["global:archive-get", get],
    [environment, stanza],
  ];
  return sections.map(([name, options]) => `[${name}]\n${lines(options).join("")}`).join("\n");
}
