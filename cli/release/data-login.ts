import { createHash, createHmac } from "node:crypto";
import { ConfigError } from "../../config/check.ts";
import type { Config } from "../../config/schema.ts";
import type { EnvEntry } from "../env/read.ts";
import { type DatabaseLogin, databaseLogin, withLogin } from "./database-login.ts";

/** What the VM lets migrations log in as, with another password each time (host/release/logins.sh). */
const MIGRATIONS = "onebox_migrate";

/** What the variables of an app are that only reads and writes its data, and does not own it. */
export interface DataVariables {
  app: EnvEntry[];
  /** Its migrations', where "${" begins a variable that compose knows. */
  migrations: Record<string, string>;
}

/**
 * The login of an app that only reads and writes its data. Nobody can work out from its password the one that it is made
 * of, by which the database's owner logs in.
 */
export function dataLogin({ name, password }: DatabaseLogin): DatabaseLogin {
  const hash = createHash("sha256").update(`${name}\0${password}\0data`).digest("hex");
  const made = createHmac("sha256", password).update("reads and writes").digest("base64url");
  return { name: `app_${hash.slice(0, 8)}`, password: made };
}

/** As whom a release's app logs in; undefined: as somebody whom Onebox does not know. */
export function loginOf(app: Config["app"], variables: readonly EnvEntry[]) {
  const login = databaseLogin(variables);
  return login && ownsNothing(app) ? dataLogin(login) : login;
}

/**
 * The variables of an app that owns nothing; undefined where it owns its database: it has no migrations that would do
 * that for it, or is to, or logs in as somebody whom Onebox does not know.
 *
 * @throws ConfigError where the owner's password would reach the app all the same
 */
export function dataVariables(
  app: Config["app"],
  file: string,
  variables: readonly EnvEntry[],
): DataVariables | undefined {
  const login = databaseLogin(variables);
  if (login === undefined || !ownsNothing(app)) return undefined;
  // The owner's: it would be refused once the previous release is drained.
  const others = variables.filter(({ key }) => key !== "POSTGRES_PASSWORD");
  refuseElsewhere(file, others, login);
  const url = others.findLast(({ key }) => key === "DATABASE_URL")?.value ?? "";
  const own = withLogin(url, dataLogin(login));
  const placeholder = { name: MIGRATIONS, password: "PASSWORD" };
  const migrating = withLogin(url, placeholder)
    .replaceAll("$", "$$$$")
    .replace(":PASSWORD@", () => `:\${ONEBOX_MIGRATE_PASSWORD:-}@`);
  return {
    app: others.map((entry) => (entry.key === "DATABASE_URL" ? { ...entry, value: own } : entry)),
    migrations: { DATABASE_URL: migrating },
  };
}

function ownsNothing({ database, migrate }: Config["app"]): boolean {
  return database === true && migrate.length > 0;
}

/** An app that logs in by such a variable would be let in no more. */
function refuseElsewhere(file: string, variables: EnvEntry[], { password }: DatabaseLogin): void {
  const forms = [password, encodeURIComponent(password)];
  const problems = variables
    .filter(
      ({ key, value }) => key !== "DATABASE_URL" && forms.some((form) => value.includes(form)),
    )
    .map(
      ({ key, line }) =>
        `${file}: line ${line}: ${key} holds the database's password, which is its owner's: the app gets another one in DATABASE_URL; have it use that and remove the line, or set app.database to "owner" (docs/database.md)`,
    );
  if (password !== "" && problems.length > 0) throw new ConfigError(problems);
}
