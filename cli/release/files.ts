import type { Config } from "../../config/schema.ts";
import { renderAppEnvironment } from "../env/compose.ts";
import type { EnvEntry } from "../env/read.ts";
import { type Backups, renderBackups } from "./backups.ts";
import { dataVariables } from "./data-login.ts";
import { renderDatabaseLogin } from "./database-login.ts";
import type { Environment } from "./environment.ts";
import { type Files, identityOf, nameOf } from "./identity.ts";
import { renderPreviewLines } from "./overview.ts";
import { type ReleaseName, renderLines, renderReleaseEnv } from "./release-env.ts";
import { type Canary, wayOf } from "./routes.ts";

/** What a release is made of, beside its image. */
export interface Parts {
  app: Config["app"];
  environment: Environment;
  /** What its compose files hold, by name in the release. */
  compose: Files;
  /** The variables of its env file. */
  variables: EnvEntry[];
  /** Docker's config.json, with the login that the VM pulls by. */
  login: object;
  /** How its database is backed up; undefined: it is not. */
  backups?: Backups | undefined;
}

/** What each delivery decides anew: it is no part of the release, and changes nothing of it. */
export interface Delivery {
  /** Who deploys, for the history. */
  by: string;
  canary?: Canary;
  /** Whether an empty database begins with what the newest backup holds. */
  fromBackup?: boolean;
  /** Whether its database's data are carried over to another major version: what visitors get meanwhile. */
  upgradePage?: string;
  /** When a preview ends, in seconds since 1970. */
  expires?: number;
}

/** A release, ready to be delivered. */
export interface Release {
  name: string;
  files: Files;
}

/** Renders everything that a release consists of on the VM, and gives it its name. */
export function renderRelease(
  parts: Parts,
  image: Pick<ReleaseName, "image" | "commit">,
  delivery: Delivery,
  salt: string,
): Release {
  // The name cannot be part of what it is made of, and the image has its half of it already.
  const common = filesOf(parts, { image: "none", commit: "none", release: "none" });
  const identity = identityOf(common, salt);
  const name = nameOf(image.image, identity);
  const { canary, expires, upgradePage } = delivery;
  const { branch } = parts.environment;
  const routes = canary && parts.environment.canaryRoutes?.(name, canary);
  return {
    name,
    files: {
      ...filesOf(parts, { ...image, release: name }),
      identity: `${identity}\n`,
      "delivery.env": renderDelivery(delivery),
      ...(routes !== undefined && { "canary-routes": routes }),
      ...(upgradePage !== undefined && { "upgrade.page": upgradePage }),
      ...(branch !== undefined &&
        expires !== undefined && { overview: renderPreviewLines(branch, expires) }),
    },
  };
}

/**
 * Renders what stands for a release that the VM has: delivered, it changes nothing there. By it Terraform's state
 * takes over what serves.
 */
export function renderReference(release: string, by: string): Files {
  return {
    "release.env": renderLines({ ONEBOX_RELEASE: release }),
    "delivery.env": renderDelivery({ by }),
  };
}

function filesOf(parts: Parts, name: ReleaseName): Files {
  const { app, environment, compose, variables, login, backups } = parts;
  return {
    ...(backups && renderBackups(environment.name, backups)),
    ...compose,
    ...appFiles(app, environment, variables),
    "config.json": JSON.stringify(login),
    "release.env": renderReleaseEnv(app, environment, name),
    routes: environment.routes(name.release),
  };
}

/** What its env file says: all of it goes to the app, but for a preview's PREVIEW_USERS, which are Traefik's. */
function appFiles(
  app: Config["app"],
  { database, name }: Environment,
  variables: EnvEntry[],
): Files {
  if (database) {
    const data = dataVariables(app, `.env.${name}`, variables);
    const login = renderDatabaseLogin(data?.app ?? variables);
    return {
      "environment.json": renderAppEnvironment(variables, true, data),
      ...(login !== undefined && { "database-login": login }),
      ...(data !== undefined && { "database-rights": "data\n" }),
    };
  }
  const isUsers = ({ key }: EnvEntry) => key === "PREVIEW_USERS";
  const users = variables.findLast(isUsers)?.value ?? "";
  return {
    "environment.json": renderAppEnvironment(
      variables.filter((entry) => !isUsers(entry)),
      false,
    ),
    ...(users !== "" && { users: users.split(",").join('","') }), // part of a JSON list
  };
}

function renderDelivery({ by, canary, expires, fromBackup }: Delivery): string {
  return renderLines({
    ONEBOX_BY: by,
    ONEBOX_CANARY: canary?.share ?? 0,
    ONEBOX_CANARY_WAY: canary === undefined ? "canary" : wayOf(canary),
    ...(expires !== undefined && { ONEBOX_EXPIRES: expires }),
    ...(fromBackup && { ONEBOX_FROM_BACKUP: 1 }),
  });
}
