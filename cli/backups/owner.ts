import { readFileSync } from "node:fs";
import type { EnvironmentName } from "../../config/schema.ts";
import { readEnv } from "../env/read.ts";
import { FailedError, RefusedError } from "../errors.ts";
import { isFile } from "../is-file.ts";
import { Bucket } from "../objects/bucket.ts";
import type { Login } from "../objects/sign.ts";
import { listVersions, type Version } from "../objects/versions.ts";
import type { Project } from "../project.ts";
import type { Step } from "../steps.ts";
import { outdated, replacing } from "./versions.ts";

const DAY = 86_400_000;

/** What the bucket's owner asks of it, whose login neither the VM nor the repository has. */
export class OwnersBucket {
  private readonly bucket: Bucket;
  private readonly name: string;
  private readonly days: number;

  /**
   * @param name the app's, below which everything lies
   * @param days for how long it can be undone that something was replaced or removed
   */
  constructor(bucket: Bucket, name: string, days: number) {
    this.bucket = bucket;
    this.name = name;
    this.days = days;
  }

  /** Removes for good what was replaced or removed longer ago than backups.keep.days. */
  async prune(environment: EnvironmentName, now: Date, step: Step): Promise<void> {
    const versions = await this.versions(environment, step);
    const old = outdated(versions, new Date(now.getTime() - this.days * DAY));
    // Without what says that an object was deleted, any version that is left of it would be there again.
    await this.remove(
      old.filter(({ deleted }) => !deleted),
      step,
    );
    await this.remove(
      old.filter(({ deleted }) => deleted),
      step,
    );
    step.note = `${old.length} of ${versions.length} versions are removed; those of the last ${this.days} days stay`;
  }

  /** Brings back what was replaced or removed since a moment. */
  async undelete(environment: EnvironmentName, since: Date, step: Step): Promise<void> {
    const newer = replacing(await this.versions(environment, step), since);
    await this.remove(newer, step);
    const count = new Set(newer.map(({ key }) => key)).size;
    step.note = `${count} objects are as they were at ${since.toISOString()}`;
  }

  private async versions(environment: EnvironmentName, step: Step): Promise<Version[]> {
    step.progress("listing what is stored");
    const parts = ["archive", "backup", "files"].map(
      (part) => `${this.name}/${part}/${environment}/`,
    );
    const found = await Promise.all(parts.map((prefix) => listVersions(this.bucket, prefix)));
    return found.flat();
  }

  /** Some at a time: there may be many thousands. */
  private async remove(versions: Version[], step: Step): Promise<void> {
    const left = [...versions];
    const worker = async () => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        step.progress(`removing ${versions.length - left.length} of ${versions.length} versions`);
        const { key, id } = next;
        const { status } = await this.bucket.ask("DELETE", { key, query: { versionId: id } });
        if (status === 403)
          throw new FailedError("the login of --login may not remove versions either");
        if (status >= 300 && status !== 404)
          throw new FailedError(`the object storage answers ${status} when ${key} is removed`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
  }
}

/**
 * Opens the configuration's bucket with the login in a file.
 *
 * @throws RefusedError where there are no backups, or the file holds no login
 */
export function openOwnersBucket(
  { config, cloud }: Project,
  file: string | undefined,
): OwnersBucket {
  if (config.backups === undefined || cloud.backups === undefined)
    throw new RefusedError("onebox.config.ts has no backups (docs/backups.md)");
  const bucket = new Bucket(cloud.backups, readLogin(file));
  return new OwnersBucket(bucket, config.name, config.backups.keep.days);
}

function readLogin(file: string | undefined): Login {
  if (file === undefined || !isFile(file))
    throw new RefusedError(
      "--login needs a file with BACKUP_ACCESS_KEY and BACKUP_SECRET_KEY of the bucket's owner (docs/backups.md)",
    );
  const { entries } = readEnv(readFileSync(file));
  const value = (name: string) => entries.findLast(({ key }) => key === name)?.value ?? "";
  const login = { accessKey: value("BACKUP_ACCESS_KEY"), secretKey: value("BACKUP_SECRET_KEY") };
  if (login.accessKey === "" || login.secretKey === "")
    throw new RefusedError(`${file} lacks BACKUP_ACCESS_KEY or BACKUP_SECRET_KEY`);
  return login;
}
