import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import type { EnvironmentName } from "../../config/schema.ts";
import { RefusedError } from "../errors.ts";
import type { Vm } from "../vm/vm.ts";

const composeFile = z.looseObject({
  services: z.looseObject({ database: z.looseObject({ image: z.string() }) }),
});

/** The major version in the name of the database's image, such as 17 of postgres:17.11-trixie. */
export function majorOf(compose: string): number | undefined {
  const { data } = composeFile.safeParse(load(compose));
  const major = /:(\d+)[^/]*$/.exec(data?.services.database.image ?? "")?.[1];
  return major === undefined ? undefined : Number(major);
}

/**
 * Refuses to upgrade a database whose data are of the major version in docker-compose.yml already, or of a later one.
 *
 * @throws RefusedError
 */
export async function needNextMajor(
  root: string,
  vm: Pick<Vm, "run">,
  environment: EnvironmentName,
): Promise<void> {
  const file = `/mnt/onebox/${environment}/postgres/pgdata/PG_VERSION`;
  const { stdout } = await vm.run(`cat ${file}`, { codes: "any" });
  const now = Number(stdout.trim());
  if (now === 0) throw new RefusedError(`${environment} has no database in ${file}`);
  const wanted = majorOf(readFileSync(join(root, "docker-compose.yml"), "utf8"));
  // An image whose name does not tell is looked at on the VM.
  if (wanted === undefined || wanted > now) return;
  const done =
    wanted === now
      ? `; where an upgrade to it was interrupted, scripts/deploy.sh ${environment} goes on with it`
      : "";
  throw new RefusedError(
    `${environment}'s data are of Postgres ${now}, and docker-compose.yml has ${wanted}: put the next major version there first (docs/database.md)${done}`,
  );
}
