import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import type { EnvEntry } from "../env/read.ts";

/** As whom an app logs in to its database, by its DATABASE_URL. */
export interface DatabaseLogin {
  name: string;
  password: string;
}

/** Logins that scripts/rotate.sh makes; "app" is the one that the database begins with. */
const made = /^app_[0-9a-f]{8}$/;
const ROUNDS = 4096; // Postgres' own

/** The login in DATABASE_URL; undefined: it names none that Onebox knows. */
export function databaseLogin(variables: readonly EnvEntry[]): DatabaseLogin | undefined {
  const url = variables.findLast(({ key }) => key === "DATABASE_URL")?.value ?? "";
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) return undefined;
  const { username, password } = new URL(url);
  if (username !== "app" && !made.test(username)) return undefined;
  try {
    return { name: username, password: decodeURIComponent(password) };
  } catch {
    return undefined; // a "%" that begins no escape
  }
}

/**
 * Renders what the VM makes a release's login of: its name, and what Postgres keeps in the place of its password. Of
 * "app" there is nothing to make.
 */
export function renderDatabaseLogin(variables: readonly EnvEntry[]): string | undefined {
  const login = databaseLogin(variables);
  if (login === undefined || login.name === "app") return undefined;
  return `${login.name} ${verifierOf(login)}\n`;
}

/** DATABASE_URL with another login. */
export function withLogin(url: string, { name, password }: DatabaseLogin): string {
  const changed = new URL(url);
  changed.username = name;
  changed.password = password;
  return changed.href;
}

/**
 * A password's SCRAM verifier (RFC 5803). Its salt follows from the login: a release's name follows from its files,
 * so they have to be the same each time.
 */
function verifierOf({ name, password }: DatabaseLogin): string {
  const salt = createHash("sha256").update(`${name}\0${password}`).digest().subarray(0, 16);
  const salted = pbkdf2Sync(password.normalize("NFKC"), salt, ROUNDS, 32, "sha256");
  const keyed = (text: string) => createHmac("sha256", salted).update(text).digest();
  const stored = createHash("sha256").update(keyed("Client Key")).digest("base64");
  const server = keyed("Server Key").toString("base64");
  return `SCRAM-SHA-256$${ROUNDS}:${salt.toString("base64")}$${stored}:${server}`;
}
