import { load } from "js-yaml";
import { z } from "zod";
import { ProblemsError } from "../errors.ts";

const composeFile = z.looseObject({
  services: z.looseObject({
    database: z.looseObject({
      image: z.string().default(""),
      command: z.union([z.string(), z.array(z.coerce.string())]).default([]),
    }),
  }),
});
const [plainFile, backedFile] = ["docker-compose.yml", "host/backups/compose.yml"];

/**
 * Refuses a host/backups/compose.yml that does not fit docker-compose.yml: what it has takes the other's place, without
 * a word.
 *
 * @param plain what docker-compose.yml holds
 * @param backed what host/backups/compose.yml holds
 * @throws ProblemsError
 */
export function refuseOtherDatabase(plain: string, backed: string): void {
  const [its, ours] = [databaseOf(plainFile, plain), databaseOf(backedFile, backed)];
  const problems: string[] = [];
  const tag = /^postgres:(.+)$/.exec(its.image)?.[1];
  if (tag === undefined) {
    problems.push(
      `${plainFile}: backups need the official image, such as postgres:17.11-trixie, for the service database`,
    );
  } else if (ours.image !== `onebox/database:${tag}`) {
    problems.push(
      `${backedFile}: database.image must be onebox/database:${tag}, because ${plainFile} has ${its.image}`,
    );
  }
  const lost = wordsOf(its.command).filter((word) => !wordsOf(ours.command).includes(word));
  if (lost.length > 0) {
    problems.push(
      `${plainFile}: database.command would be lost, because ${backedFile} has another; put there too: ${lost.join(" ")}`,
    );
  }
  if (problems.length > 0) throw new ProblemsError(problems);
}

const wordsOf = (command: string | string[]) =>
  typeof command === "string" ? command.split(/\s+/).filter(Boolean) : command;

function databaseOf(file: string, text: string) {
  const parsed = composeFile.safeParse(load(text.replace(/([:-]\s+)!(reset|override)\b/g, "$1")));
  if (!parsed.success) throw new ProblemsError([`${file}: there is no service database`]);
  return parsed.data.services.database;
}
